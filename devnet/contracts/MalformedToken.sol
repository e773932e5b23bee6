// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

/// A token whose totalSupply answers 4 bytes instead of 32.
contract MalformedToken {
    string public constant name = "Malformed Token";
    string public constant symbol = "mTKN";
    uint8 public constant decimals = 8;

    function totalSupply() external pure {
        assembly {
            mstore(0, not(0))
            return(0, 4)
        }
    }
}
