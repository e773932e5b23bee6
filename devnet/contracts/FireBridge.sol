// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import {EnumerableSet} from "@openzeppelin/contracts/utils/structs/EnumerableSet.sol";

/// The qualified users of FBTC's FireBridge: who may change them is left out, requests as well.
contract FireBridge {
    using EnumerableSet for EnumerableSet.AddressSet;

    struct UserInfo {
        bool locked;
        string depositAddress;
        string withdrawalAddress;
    }

    EnumerableSet.AddressSet private _users;
    mapping(address => UserInfo) private _info;

    event QualifiedUserAdded(address indexed user, string depositAddress, string withdrawalAddress);
    event QualifiedUserEdited(address indexed user, string depositAddress, string withdrawalAddress);

    function addQualifiedUser(
        address user,
        string calldata depositAddress,
        string calldata withdrawalAddress
    ) external {
        require(_users.add(user), "user exists");
        _info[user] = UserInfo(false, depositAddress, withdrawalAddress);
        emit QualifiedUserAdded(user, depositAddress, withdrawalAddress);
    }

    function editQualifiedUser(
        address user,
        string calldata depositAddress,
        string calldata withdrawalAddress
    ) external {
        require(_users.contains(user), "no such user");
        _info[user].depositAddress = depositAddress;
        _info[user].withdrawalAddress = withdrawalAddress;
        emit QualifiedUserEdited(user, depositAddress, withdrawalAddress);
    }

    function removeQualifiedUser(address user) external {
        require(_users.remove(user), "no such user");
        delete _info[user];
    }

    function getQualifiedUsers() external view returns (address[] memory) {
        return _users.values();
    }

    function getQualifiedUserInfo(address user) external view returns (UserInfo memory) {
        return _info[user];
    }
}
