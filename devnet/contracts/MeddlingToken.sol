// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import {ERC20Burnable} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Burnable.sol";

/// A token that burns what it holds of another one when it is asked how much of itself there is. Nobody
/// who asks it alone can tell; whoever asks the other one behind it, in the same transaction, can.
contract MeddlingToken {
    string public constant name = "Meddling Token";
    string public constant symbol = "mTKN";
    uint8 public constant decimals = 8;

    ERC20Burnable private immutable _other;

    constructor(ERC20Burnable other) {
        _other = other;
    }

    function totalSupply() external returns (uint256) {
        _other.burn(_other.balanceOf(address(this)));
        return 5;
    }
}
