// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

/// A list of custody addresses, each with what was signed for it, as Lombard's PoR contract gives it.
contract LombardPor {
    struct Entry {
        string addressText;
        bytes32 rootPkId;
        string messageOrDerivationData;
        bytes signature;
    }

    Entry[] private _entries;

    function add(
        string calldata addressText,
        bytes32 rootPkId,
        string calldata messageOrDerivationData,
        bytes calldata signature
    ) external {
        _entries.push(Entry(addressText, rootPkId, messageOrDerivationData, signature));
    }

    function getPoRAddressListLength() external view returns (uint256) {
        return _entries.length;
    }

    /// Both indices belong to the page; an end beyond the list is clipped.
    function getPoRAddressSignatureMessages(uint256 start, uint256 end)
        external
        view
        returns (
            string[] memory addresses,
            bytes32[] memory rootPkIds,
            string[] memory messagesOrDerivationData,
            bytes[] memory signatures
        )
    {
        uint256 past = end < _entries.length ? end + 1 : _entries.length;
        uint256 count = start < past ? past - start : 0;
        addresses = new string[](count);
        rootPkIds = new bytes32[](count);
        messagesOrDerivationData = new string[](count);
        signatures = new bytes[](count);
        for (uint256 i = 0; i < count; i++) {
            Entry storage entry = _entries[start + i];
            addresses[i] = entry.addressText;
            rootPkIds[i] = entry.rootPkId;
            messagesOrDerivationData[i] = entry.messageOrDerivationData;
            signatures[i] = entry.signature;
        }
    }
}
