// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

/// A list of custody addresses with the interface that Chainlink's proof of reserve reads.
contract PorAddressList {
    string[] private _addresses;

    function add(string[] calldata addresses) external {
        for (uint256 i = 0; i < addresses.length; i++) {
            _addresses.push(addresses[i]);
        }
    }

    function getPoRAddressListLength() external view returns (uint256) {
        return _addresses.length;
    }

    /// Both indices belong to the page; an end beyond the list is clipped.
    function getPoRAddressList(uint256 startIndex, uint256 endIndex)
        external
        view
        returns (string[] memory)
    {
        if (_addresses.length == 0 || startIndex > endIndex) return new string[](0);
        uint256 last = endIndex < _addresses.length ? endIndex : _addresses.length - 1;
        if (startIndex > last) return new string[](0);
        string[] memory page = new string[](last - startIndex + 1);
        for (uint256 i = 0; i < page.length; i++) {
            page[i] = _addresses[startIndex + i];
        }
        return page;
    }
}
