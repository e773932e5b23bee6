// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

/// A token that will not say how much of it there is.
contract RevertingToken {
    string public constant name = "Reverting Token";
    string public constant symbol = "rTKN";
    uint8 public constant decimals = 8;

    function totalSupply() external pure returns (uint256) {
        revert("supply is not available");
    }
}
