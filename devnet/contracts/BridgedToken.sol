// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// The other chain's side of a lock-and-mint bridge: copies of a token that lies in a LockBridge. Its
/// functions and events are those of the OP Stack's OptimismMintableERC20. Only the bridge may mint and
/// burn, and it mints what it is told to: nothing here knows what is locked.
/// https://docs.optimism.io/app-developers/bridging/standard-bridge
/// https://github.com/ethereum-optimism/optimism/blob/develop/packages/contracts-bedrock/src/universal/OptimismMintableERC20.sol
contract BridgedToken is ERC20, Ownable {
    uint8 private immutable _decimals;
    /// The token on the first chain that this is a copy of.
    address public immutable remoteToken;

    event Mint(address indexed account, uint256 amount);
    event Burn(address indexed account, uint256 amount);

    constructor(string memory name_, string memory symbol_, uint8 decimals_, address remoteToken_)
        ERC20(name_, symbol_)
        Ownable(msg.sender)
    {
        _decimals = decimals_;
        remoteToken = remoteToken_;
    }

    function decimals() public view override returns (uint8) {
        return _decimals;
    }

    function bridge() external view returns (address) {
        return owner();
    }

    function mint(address to, uint256 amount) external onlyOwner {
        _mint(to, amount);
        emit Mint(to, amount);
    }

    function burn(address from, uint256 amount) external onlyOwner {
        _burn(from, amount);
        emit Burn(from, amount);
    }
}
