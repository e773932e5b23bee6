// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

/// A token whose supply is computed: shares times an index, which grows. No slot of it has the supply.
contract RebasingToken {
    string public constant name = "Rebasing Token";
    string public constant symbol = "rTKN";
    uint8 public constant decimals = 8;

    uint256 private _shares;
    uint256 private _index;

    constructor(uint256 shares, uint256 index) {
        _shares = shares;
        _index = index;
    }

    function totalSupply() external view returns (uint256) {
        return (_shares * _index) / 1e18;
    }

    function rebase(uint256 index) external {
        _index = index;
    }
}
