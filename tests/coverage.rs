//! Fails when a call of the protocol is missing from the table that the stories try as strangers.
#![expect(clippy::unwrap_used, reason = "tests may fail loudly")]

use std::collections::BTreeSet;

use prost::Message;
use wiez_tests::calls::{CALLS, Door};

/// As much of `google.protobuf.FileDescriptorSet` as the names of the calls need.
#[derive(Message)]
struct Set {
    #[prost(message, repeated, tag = "1")]
    files: Vec<File>,
}

#[derive(Message)]
struct File {
    #[prost(string, tag = "2")]
    package: String,
    #[prost(message, repeated, tag = "6")]
    services: Vec<Service>,
}

#[derive(Message)]
struct Service {
    #[prost(string, tag = "1")]
    name: String,
    #[prost(message, repeated, tag = "2")]
    methods: Vec<Method>,
}

#[derive(Message)]
struct Method {
    #[prost(string, tag = "1")]
    name: String,
}

/// Every call that the `.proto` files declare.
fn declared() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for file in Set::decode(wiez_proto::wire::DESCRIPTORS).unwrap().files {
        for service in file.services {
            names.extend(
                service.methods.iter().map(|method| format!("{}.{}/{}", file.package, service.name, method.name)),
            );
        }
    }
    names
}

#[test]
fn every_declared_call_is_tried_as_a_stranger() {
    let declared = declared();
    assert!(declared.len() >= 14, "the descriptors are not those of our services: {declared:?}");
    let tried: BTreeSet<String> = CALLS.iter().map(|call| call.name.to_owned()).collect();
    assert_eq!(tried.len(), CALLS.len(), "a call is in the table twice");
    let untried: Vec<_> = declared.difference(&tried).collect();
    assert!(
        untried.is_empty(),
        "add these to tests/harness/calls.rs, so that strangers are seen to be refused: {untried:?}"
    );
    let unknown: Vec<_> = tried.difference(&declared).collect();
    assert!(unknown.is_empty(), "no service has these calls any more: {unknown:?}");
}

#[test]
fn only_redeem_is_served_without_a_certificate() {
    let open: Vec<_> = CALLS.iter().filter(|call| call.door == Door::Enrol).map(|call| call.name).collect();
    assert_eq!(
        open,
        ["wiez.v1.EnrolmentService/Redeem"],
        "a call without a certificate needs a decision, not a table row"
    );
}
