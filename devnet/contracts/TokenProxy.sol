// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import {ERC1967Proxy} from "@openzeppelin/contracts/proxy/ERC1967/ERC1967Proxy.sol";

/// A proxy (ERC-1967): the code of another contract over a storage of its own.
contract TokenProxy is ERC1967Proxy {
    constructor(address implementation, bytes memory call) payable ERC1967Proxy(implementation, call) {}
}
