// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

/// A token that keeps its state where OpenZeppelin 5's ERC20Upgradeable does (ERC-7201), so that it
/// works behind a proxy. Anybody may mint.
contract UpgradeableToken {
    struct ERC20Storage {
        mapping(address account => uint256) balances;
        mapping(address account => mapping(address spender => uint256)) allowances;
        uint256 totalSupply;
    }

    string public constant name = "Upgradeable Token";
    string public constant symbol = "uTKN";
    uint8 public constant decimals = 8;

    function totalSupply() external view returns (uint256) {
        return _storage().totalSupply;
    }

    function balanceOf(address account) external view returns (uint256) {
        return _storage().balances[account];
    }

    function mint(address to, uint256 amount) external {
        _storage().totalSupply += amount;
        _storage().balances[to] += amount;
    }

    function _storage() private pure returns (ERC20Storage storage $) {
        bytes32 slot = keccak256(abi.encode(uint256(keccak256("openzeppelin.storage.ERC20")) - 1))
            & ~bytes32(uint256(0xff));
        assembly {
            $.slot := slot
        }
    }
}
