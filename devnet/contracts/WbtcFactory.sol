// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

/// The deposit addresses of WBTC's Factory: who may set them is left out, requests as well.
contract WbtcFactory {
    mapping(address => string) public custodianBtcDepositAddress;
    mapping(address => string) public merchantBtcDepositAddress;

    event CustodianBtcDepositAddressSet(
        address indexed merchant, address indexed sender, string btcDepositAddress
    );
    event MerchantBtcDepositAddressSet(address indexed merchant, string btcDepositAddress);

    function setCustodianBtcDepositAddress(address merchant, string calldata btcDepositAddress)
        external
    {
        custodianBtcDepositAddress[merchant] = btcDepositAddress;
        emit CustodianBtcDepositAddressSet(merchant, msg.sender, btcDepositAddress);
    }

    function setMerchantBtcDepositAddress(string calldata btcDepositAddress) external {
        merchantBtcDepositAddress[msg.sender] = btcDepositAddress;
        emit MerchantBtcDepositAddressSet(msg.sender, btcDepositAddress);
    }
}
