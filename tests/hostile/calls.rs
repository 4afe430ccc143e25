//! Every call as somebody who may not: without a certificate, as a stranger, suspended, with a second certificate.
#![expect(clippy::unwrap_used, reason = "tests may fail loudly")]

use rustls::ClientConfig;
use tonic::Code;
use wiez_certs_dev::{DevCa, Wrong};
use wiez_proto::directory::Standing;
use wiez_proto::refusal::Reason;
use wiez_proto::tls::{enrol_client_config, fingerprint};
use wiez_tests::calls::{CALLS, Call, Door};
use wiez_tests::member::Place;
use wiez_tests::region::REGION;
use wiez_tests::session::{channel, told};
use wiez_tests::tasks::within;

use crate::ground::{Ground, PATIENCE, no_connection, says};
use crate::raw;

fn mail() -> impl Iterator<Item = &'static Call> {
    CALLS.iter().filter(|call| call.door == Door::Mail)
}

/// A client that trusts the region's CA and shows no certificate.
pub(crate) fn nameless(ground: &Ground) -> ClientConfig {
    enrol_client_config(&ground.env, fingerprint(ground.region.ca.ca_der())).unwrap()
}

#[tokio::test]
async fn c03_no_call_is_reached_without_a_certificate() {
    let ground = Ground::new().await;
    let before = ground.state().await;
    for call in mail() {
        // The handshake ends for the client before the hub has said no, so either may fail.
        match channel(nameless(&ground), &ground.region.place()).await {
            Ok(link) => no_connection((call.send)(link).await),
            Err(error) => drop(error),
        }
    }
    ground.stands(&before).await;
}

#[tokio::test]
async fn no_call_but_redeem_is_served_at_the_door_without_certificates() {
    let ground = Ground::new().await;
    let before = ground.state().await;
    let door = Place { host: format!("enrol.{}", ground.region.place().host), ..ground.region.place() };
    for call in CALLS {
        let link = channel(nameless(&ground), &door).await.unwrap();
        let status = (call.send)(link).await.unwrap_err();
        match call.door {
            Door::Mail => {
                assert_eq!((status.code(), told(&status).reason.as_str()), (Code::Unimplemented, ""), "{}", call.name)
            }
            Door::Enrol => drop(says(Err::<(), _>(status), Reason::Malformed)),
        }
    }
    ground.stands(&before).await;
}

#[tokio::test]
async fn c05_no_call_is_reached_with_the_certificate_of_another_authority() {
    let ground = Ground::new().await;
    let before = ground.state().await;
    let other = DevCa::new(REGION, ground.env.now_ms()).unwrap();
    let stranger = other.issue(ground.ops.id.as_str()).unwrap();
    for call in mail() {
        let tls = ground.region.ca.hostile_client(&ground.env, &stranger).unwrap();
        if let Ok(link) = channel(tls, &ground.region.place()).await {
            no_connection((call.send)(link).await);
        }
    }
    ground.stands(&before).await;
}

#[tokio::test]
async fn c08_a_good_certificate_of_nobody_in_the_directory_may_call_nothing() {
    let ground = Ground::new().await;
    let stranger = ground.region.ca.issue("obcy").unwrap();
    refused_everywhere(&ground, ground.region.ca.hostile_client(&ground.env, &stranger).unwrap(), Reason::NotAMember)
        .await;
}

#[tokio::test]
async fn c09_a_second_certificate_of_a_member_may_call_nothing() {
    let ground = Ground::new().await;
    let second = ground.region.ca.wrong(Wrong::SecondIssuance, ground.ops.id.as_str()).unwrap();
    let tls = ground.region.ca.hostile_client(&ground.env, &second).unwrap();
    refused_everywhere(&ground, tls, Reason::CertNotRegistered).await;
}

#[tokio::test]
async fn a_suspended_member_may_call_nothing_and_a_restored_one_everything() {
    let ground = Ground::new().await;
    ground.stand(&ground.school.id, Standing::Suspended).await;
    refused_everywhere(&ground, ground.school.tls().unwrap(), Reason::Suspended).await;
    ground.stand(&ground.school.id, Standing::Active).await;
    ground.school.connect().await.unwrap().head().await.unwrap();
}

#[tokio::test]
async fn a_revoked_member_may_call_nothing() {
    let ground = Ground::new().await;
    ground.stand(&ground.school.id, Standing::Revoked).await;
    refused_everywhere(&ground, ground.school.tls().unwrap(), Reason::Revoked).await;
}

#[tokio::test]
async fn a_suspension_ends_a_connection_and_its_streams_that_are_open_already() {
    let ground = Ground::new().await;
    let session = ground.school.connect().await.unwrap();
    let mut mail = session.collecting(0).await.unwrap();
    let mut deposits = session.depositing(4).await.unwrap();
    mail.next().await.unwrap();
    ground.stand(&ground.school.id, Standing::Suspended).await;
    // What was on its way may still come; then the reason why it ends.
    let ended = within(PATIENCE, async {
        loop {
            if let Err(status) = mail.incoming.message().await {
                return status;
            }
        }
    });
    says(Err::<(), _>(ended.await.unwrap()), Reason::Suspended);
    says(within(PATIENCE, deposits.incoming.message()).await.unwrap(), Reason::Suspended);
    for call in mail_of(&session).await {
        says(call, Reason::Suspended);
    }
}

async fn mail_of(session: &wiez_tests::session::Session) -> Vec<Result<(), tonic::Status>> {
    let mut out = Vec::new();
    for call in mail() {
        out.push((call.send)(session.channel()).await);
    }
    out
}

#[tokio::test]
async fn h16_reflection_is_off_and_health_is_for_members_only() {
    let ground = Ground::new().await;
    let reflection = "grpc.reflection.v1.ServerReflection/ServerReflectionInfo";
    let status = raw::call(ground.session.channel(), reflection, vec![]).await.unwrap_err();
    assert_eq!(status.code(), Code::Unimplemented);
    raw::call(ground.session.channel(), "grpc.health.v1.Health/Check", vec![]).await.unwrap();
    let stranger = ground.region.ca.issue("obcy").unwrap();
    let tls = ground.region.ca.hostile_client(&ground.env, &stranger).unwrap();
    let link = channel(tls, &ground.region.place()).await.unwrap();
    says(raw::call(link, "grpc.health.v1.Health/Check", vec![]).await, Reason::NotAMember);
}

#[tokio::test]
async fn redeem_is_not_served_to_members() {
    let ground = Ground::new().await;
    let before = ground.state().await;
    for call in CALLS.iter().filter(|call| call.door == Door::Enrol) {
        let status = (call.send)(ground.session.channel()).await.unwrap_err();
        assert_eq!(status.code(), Code::Unimplemented, "{}", call.name);
    }
    ground.stands(&before).await;
}

async fn refused_everywhere(ground: &Ground, tls: ClientConfig, reason: Reason) {
    let before = ground.state().await;
    let link = channel(tls, &ground.region.place()).await.unwrap();
    for call in mail() {
        says((call.send)(link.clone()).await, reason);
    }
    ground.stands(&before).await;
}

#[tokio::test]
async fn the_same_calls_reach_a_member() {
    let ground = Ground::new().await;
    let never = [Reason::NotAMember, Reason::Suspended, Reason::CertNotRegistered, Reason::CertIdentity];
    for call in mail() {
        if let Err(status) = (call.send)(ground.session.channel()).await {
            let told = told(&status);
            assert!(never.iter().all(|reason| reason.as_str() != told.reason), "{}: {told:?}", call.name);
            assert_ne!(told.code, Code::Unimplemented, "{}", call.name);
        }
    }
}
