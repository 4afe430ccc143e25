//! Wrong client certificates by name: refused in the handshake, or at every call with a reason.
#![expect(clippy::unwrap_used, reason = "tests may fail loudly")]

use wiez_certs_dev::{RefusedAt, Wrong};
use wiez_proto::refusal::Reason;
use wiez_tests::session::{Session, channel};

use crate::ground::{Ground, no_connection, says};

/// Each of them is refused where it must be, and nothing comes of it.
async fn refused(all: &[Wrong]) {
    let ground = Ground::new().await;
    let before = ground.state().await;
    for &wrong in all {
        let issued = ground.region.ca.wrong(wrong, ground.ops.id.as_str()).unwrap();
        let tls = ground.region.ca.hostile_client(&ground.env, &issued).unwrap();
        let link = channel(tls, &ground.region.place()).await;
        match wrong.refused_at() {
            RefusedAt::Handshake => {
                if let Ok(link) = link {
                    no_connection(Session::new(link).log().head(wiez_proto::wire::v1::HeadRequest {}).await);
                }
            }
            RefusedAt::Call(reason) => {
                let session = Session::new(link.unwrap());
                let reason = Reason::parse(reason).unwrap();
                says(session.log().head(wiez_proto::wire::v1::HeadRequest {}).await, reason);
                says(session.deposit(ground.first().to_wire()).await, reason);
            }
        }
    }
    ground.stands(&before).await;
}

#[tokio::test]
async fn c04_a_certificate_signed_by_itself_is_refused() {
    refused(&[Wrong::SelfSigned]).await;
}

#[tokio::test]
async fn c05_a_certificate_of_another_authority_with_our_name_is_refused() {
    refused(&[Wrong::OtherCaSameName]).await;
}

#[tokio::test]
async fn c06_a_certificate_that_expired_a_second_ago_or_is_valid_in_a_minute_is_refused() {
    refused(&[Wrong::Expired, Wrong::NotYetValid]).await;
}

#[tokio::test]
async fn c10_a_servers_certificate_is_no_clients() {
    refused(&[Wrong::ServerEkuOnly]).await;
}

#[tokio::test]
async fn c11_an_authority_is_no_institution() {
    refused(&[Wrong::CaAsLeaf]).await;
}

#[tokio::test]
async fn c12_a_member_can_issue_no_certificate() {
    refused(&[Wrong::IntermediateNotCa]).await;
}

#[tokio::test]
async fn c13_path_lengths_and_name_constraints_hold() {
    refused(&[Wrong::PathLen, Wrong::NameConstraintsBroken]).await;
}

#[tokio::test]
async fn c14_a_certificate_with_two_names_is_nobody() {
    refused(&[Wrong::TwoSans]).await;
}

#[tokio::test]
async fn c15_a_common_name_is_no_name() {
    refused(&[Wrong::CnOnly]).await;
}

#[tokio::test]
async fn c16_a_name_is_taken_exactly_or_not_at_all() {
    use Wrong::{SanHomoglyph, SanNewline, SanNul, SanOtherRegion, SanPercent, SanTrailingDot, SanUpperCase};
    refused(&[SanUpperCase, SanNewline, SanNul, SanTrailingDot, SanPercent, SanHomoglyph, SanOtherRegion]).await;
}

#[tokio::test]
async fn c17_ten_thousand_names_and_fifty_authorities_are_refused() {
    refused(&[Wrong::HugeSans, Wrong::LongChain]).await;
}

#[tokio::test]
async fn c20_a_key_that_is_not_p256_is_refused() {
    refused(&[Wrong::Ed25519Leaf, Wrong::P384Leaf]).await;
}

#[tokio::test]
async fn c21_a_critical_extension_that_nobody_knows_is_refused() {
    refused(&[Wrong::UnknownCriticalExtension]).await;
}

#[tokio::test]
async fn every_wrong_certificate_that_can_be_made_is_refused() {
    refused(Wrong::ALL).await;
}

#[tokio::test]
async fn a_members_own_certificate_is_accepted() {
    let ground = Ground::new().await;
    let issued = ground.region.ca.issue(ground.ops.id.as_str()).unwrap();
    assert_ne!(issued.cert_der, ground.ops.cert_der);
    ground.session.deposit(ground.first().to_wire()).await.unwrap().accepted().unwrap();
}

#[tokio::test]
async fn c06_a_members_certificate_ends_with_its_time_also_for_new_connections() {
    let ground = Ground::new().await;
    ground.ops.connect().await.unwrap().head().await.unwrap();
    // The hub's own certificate and the CA live longer.
    ground.env.advance(std::time::Duration::from_secs(400 * 24 * 3600));
    match ground.ops.connect().await {
        Ok(session) => no_connection(session.log().head(wiez_proto::wire::v1::HeadRequest {}).await),
        Err(error) => drop(error),
    }
}
