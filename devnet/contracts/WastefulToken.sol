// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

/// A token that spends nearly all the gas it is given before it answers: what is called behind it in
/// the same transaction has hardly any left.
contract WastefulToken {
    string public constant name = "Wasteful Token";
    string public constant symbol = "wTKN";
    uint8 public constant decimals = 8;

    function totalSupply() external view returns (uint256) {
        while (gasleft() > 10_000) {}
        return 9;
    }
}
