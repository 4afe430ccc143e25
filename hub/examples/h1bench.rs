//! Temporary measurement of the hub's core.
#![allow(
    clippy::all,
    clippy::unwrap_used,
    clippy::allow_attributes,
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::indexing_slicing
)]
use std::sync::Arc;
use std::time::{Duration, Instant};
use wiez_hub::caller::*;
use wiez_hub::enrolment::Invite;
use wiez_hub::keys::*;
use wiez_hub::region::*;
use wiez_proto::env::*;
use wiez_proto::envelope::*;
use wiez_proto::id::*;
use wiez_proto::receipt::Receipt;
use wiez_proto::vocab::*;
use wiez_proto::wire::v1;

struct P {
    id: InstitutionId,
    signing: SigningKey,
    sealing: SealingKey,
    peer: VerifiedPeer,
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let env = Env::system();
    let place = Place { host: "hub.test".into(), port: 8600 };
    let new = NewRegion { region: "opolskie".parse().unwrap(), name: "O".into(), place, ca: None };
    let keys = Arc::new(HubKeys::ephemeral(&env, &new).unwrap());
    let dir = std::env::current_dir().unwrap().join("target/h1bench");
    let _ = std::fs::remove_dir_all(&dir);
    let (hub, driver) = Hub::open(env.clone(), keys.clone(), Settings::new(&dir), LastResort::default()).await.unwrap();
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let driver = tokio::spawn(driver.run(stopped));
    let bound = keys.region_keys.bound();
    let pairs = 8;
    let each: u64 = 4000;
    let window = 16;
    let mut parties = vec![];
    for i in 0..pairs * 2 {
        let id: InstitutionId = format!("inst-{i}").parse().unwrap();
        let inv = hub
            .invite(Invite {
                institution: id.clone(),
                kind: InstitutionKind::Ops,
                also_acts_as: vec![],
                name: "x".into(),
                teryt: "1601".into(),
                phone: "".into(),
                valid_ms: 1000000,
            })
            .await
            .unwrap();
        let (signing, sealing) = (SigningKey::generate(&env).unwrap(), SealingKey::generate(&env).unwrap());
        let key = rcgen::KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256).unwrap();
        let csr = rcgen::CertificateParams::new(vec![]).unwrap().serialize_request(&key).unwrap().der().to_vec();
        let r = hub.redeem(wiez_proto::enrolment::request(&inv, &csr, &signing, sealing.public())).await.unwrap();
        let peer = VerifiedPeer {
            institution: id.clone(),
            region: bound.id.clone(),
            tls_fingerprint: sha256(&[&r.certificate]),
        };
        parties.push(P { id, signing, sealing, peer });
    }
    let mut envs: Vec<Vec<v1::Envelope>> = vec![];
    for p in 0..pairs {
        let (a, b) = (&parties[2 * p], &parties[2 * p + 1]);
        let handle = Handle::random(&env);
        let caller = Caller::prove(&hub.members(), &a.peer).unwrap();
        hub.register_edge(
            &caller,
            v1::RegisterEdgeRequest {
                handle: handle.wire(),
                from: a.id.to_string(),
                to: b.id.to_string(),
                valid_until_ms: env.now_ms() + 86_400_000,
                grant_hash: vec![1; 32].into(),
            },
        )
        .await
        .unwrap();
        let mut prev = Hash::ZERO;
        let mut list = vec![];
        for seq in 1..=each {
            let draft = Draft {
                message_id: MessageId::random(&env),
                sender: a.id.clone(),
                recipient: b.id.clone(),
                position: Position { epoch: 1, seq, prev },
                class: BasisClass::Consent,
                handle: Some(handle),
                created_ms: env.now_ms(),
                expires_ms: env.now_ms() + 80_000_000,
            };
            let e = seal(&env, &bound, &a.signing, b.sealing.public(), &draft, v1::Content::default()).unwrap();
            prev = e.hash();
            list.push(e.to_wire());
        }
        envs.push(list);
    }
    println!("sealed");
    let start = Instant::now();
    let mut tasks = vec![];
    let parties = Arc::new(parties);
    for p in 0..pairs {
        let (hub2, parties2, bound2) = (hub.clone(), parties.clone(), bound.clone());
        let (hub, parties, list) = (hub.clone(), parties.clone(), std::mem::take(&mut envs[p]));
        tasks.push(tokio::spawn(async move {
            let caller = Caller::prove(&hub.members(), &parties[2 * p].peer).unwrap();
            let mut waiting = std::collections::VecDeque::new();
            for e in list {
                waiting.push_back(hub.submit(hub.prepare(&caller, e).unwrap()));
                if waiting.len() >= window {
                    waiting.pop_front().unwrap().await.result.unwrap();
                }
            }
            for w in waiting {
                w.await.result.unwrap();
            }
        }));
        tasks.push(tokio::spawn(async move {
            let (hub, parties, bound) = (hub2, parties2, bound2);
            let (a, b) = (&parties[2 * p], &parties[2 * p + 1]);
            let caller = Caller::prove(&hub.members(), &b.peer).unwrap();
            let mut stream = hub.collect(caller.clone(), 0).await.unwrap();
            let mut got = 0u64;
            let mut hashes = vec![];
            while got < each {
                let next = if hashes.is_empty() {
                    stream.next().await
                } else {
                    match tokio::time::timeout(Duration::from_millis(1), stream.next()).await {
                        Ok(x) => x,
                        Err(_) => {
                            ack(&hub, &caller, a, b, &bound, &mut hashes).await;
                            continue;
                        }
                    }
                };
                if let Some(v1::collect_response::Message::Delivery(d)) = next.unwrap().unwrap().message {
                    got += 1;
                    hashes.push(Hash::parse(&d.receipt.unwrap().envelope_hash).unwrap());
                    if hashes.len() == 32 {
                        ack(&hub, &caller, a, b, &bound, &mut hashes).await;
                    }
                }
            }
            if !hashes.is_empty() {
                ack(&hub, &caller, a, b, &bound, &mut hashes).await;
            }
        }));
    }
    let _ = Duration::ZERO;
    for t in tasks {
        t.await.unwrap();
    }
    let t = start.elapsed();
    println!("{:?} {:.0}/s", t, pairs as f64 * each as f64 / t.as_secs_f64());
    stop.send_replace(true);
    driver.await.unwrap();
}

async fn ack(hub: &Hub, caller: &Caller, a: &P, b: &P, bound: &Region, hashes: &mut Vec<Hash>) {
    let r = Receipt {
        recipient: b.id.clone(),
        sender: a.id.clone(),
        envelope_hashes: std::mem::take(hashes),
        tombstone_hashes: vec![],
        unknown_prevs: vec![],
        forked_prevs: vec![],
        log_size: 0,
        log_root: [0; 32],
        at_ms: 1,
    };
    hub.acknowledge(caller, vec![r.sign(&b.signing, bound)], vec![]).await.unwrap();
}
