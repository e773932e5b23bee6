// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

/// A contract that is no token: there is code, and none of ERC-20's functions.
contract NotAToken {
    uint256 public number = 7;
}
