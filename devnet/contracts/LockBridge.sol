// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

/// The first chain's side of a lock-and-mint bridge for one token. The events are those of the OP
/// Stack's StandardBridge; the owner stands in for its messenger, and proofs and waiting times are
/// left out.
/// https://docs.optimism.io/app-developers/bridging/standard-bridge
/// https://github.com/ethereum-optimism/optimism/blob/develop/packages/contracts-bedrock/src/universal/StandardBridge.sol
contract LockBridge is Ownable {
    using SafeERC20 for IERC20;

    IERC20 public immutable token;
    /// The token's copy on the other chain.
    address public immutable remoteToken;

    event ERC20BridgeInitiated(
        address indexed localToken,
        address indexed remoteToken,
        address indexed from,
        address to,
        uint256 amount,
        bytes extraData
    );
    event ERC20BridgeFinalized(
        address indexed localToken,
        address indexed remoteToken,
        address indexed from,
        address to,
        uint256 amount,
        bytes extraData
    );

    constructor(address token_, address remoteToken_) Ownable(msg.sender) {
        token = IERC20(token_);
        remoteToken = remoteToken_;
    }

    /// Locks the sender's tokens, so that as many copies may be minted for `to`.
    function deposit(uint256 amount, address to) external {
        token.safeTransferFrom(msg.sender, address(this), amount);
        emit ERC20BridgeInitiated(address(token), remoteToken, msg.sender, to, amount, "");
    }

    /// Gives out tokens whose copies `from` burnt on the other chain.
    function withdraw(address from, address to, uint256 amount) external onlyOwner {
        token.safeTransfer(to, amount);
        emit ERC20BridgeFinalized(address(token), remoteToken, from, to, amount, "");
    }
}
