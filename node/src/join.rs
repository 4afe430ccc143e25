//! How this institution joins a region: keys and request first on disk, then one call to the hub.

use std::net::SocketAddr;

use prost::Message as _;
use wiez_proto::directory::{Entry, RegionKeys};
use wiez_proto::enrolment::{Invitation, request};
use wiez_proto::env::{Env, LastResort};
use wiez_proto::envelope::sha256;
use wiez_proto::refusal::{Reason, Refusal};
use wiez_proto::tls::fingerprint;
use wiez_proto::wire::{required, v1};
use zeroize::Zeroizing;

use crate::account::first;
use crate::config::Settings;
use crate::keys::Keys;
use crate::link::{Connect, Link};
use crate::store::{Conn, Store, Tx, meta};

const REQUEST: &str = "join.request";
const INVITE: &str = "join.invite";
const RESPONSE: &str = "join.response";
const HOST: &str = "join.host";
const PORT: &str = "join.port";
const DIRECTORY: &str = "join.directory_fingerprint";

/// What membership consists of, as it was verified at joining.
#[derive(Debug, Clone)]
pub struct Member {
    /// The institution's own entry.
    pub entry: Entry,
    /// The keys of the region's hub.
    pub region_keys: RegionKeys,
    /// The institution's TLS certificate (DER).
    pub certificate_der: Vec<u8>,
    /// The region's CA certificate (DER).
    pub ca_der: Vec<u8>,
    host: String,
    port: u16,
}

impl Member {
    /// Where the hub is.
    #[must_use]
    pub fn connect(&self, dial: Option<SocketAddr>) -> Connect {
        Connect { host: self.host.clone(), port: self.port, dial }
    }

    /// Reads what was stored at joining; `None` when this node has not joined.
    pub(crate) async fn load(conn: &mut Conn) -> Result<Option<Self>, Refusal> {
        let Some(bytes) = meta::get(conn, RESPONSE).await? else { return Ok(None) };
        let broken = || Refusal::new(Reason::DatabaseForeign);
        let response = v1::RedeemResponse::decode(bytes.as_slice()).map_err(|_| broken())?;
        let host = meta::get(conn, HOST).await?.and_then(|host| String::from_utf8(host).ok()).ok_or_else(broken)?;
        let port = u16::try_from(meta::number(conn, PORT).await?).map_err(|_| broken())?;
        let pinned = meta::get(conn, DIRECTORY).await?.and_then(|bytes| bytes.try_into().ok()).ok_or_else(broken)?;
        Self::of(&response, &pinned, host, port).map(Some)
    }

    fn of(response: &v1::RedeemResponse, directory: &[u8; 32], host: String, port: u16) -> Result<Self, Refusal> {
        let region_keys = RegionKeys::open(required("region", response.region.as_ref())?, directory)?;
        let signed = required("entry", response.entry.as_ref())?;
        Ok(Self {
            entry: Entry::open(signed, &region_keys.directory_key, &region_keys.bound())?,
            region_keys,
            certificate_der: response.certificate.to_vec(),
            ca_der: response.ca_certificate.to_vec(),
            host,
            port,
        })
    }
}

/// Joins with an invitation.
///
/// It can be repeated after any failure or power cut: keys and request are on disk before the
/// first byte is sent, and the same bytes are sent again. Joining again with the same
/// invitation changes nothing and gives the same answer.
///
/// # Errors
/// `INVITE_UNKNOWN`, `INVITE_EXPIRED`, `ALREADY_JOINED`, `HUB_IDENTITY` when the hub or its
/// answer is not what the invitation says, what the hub refuses, and what opening the data
/// folder refuses.
pub async fn join(
    env: &Env,
    invitation: &str,
    settings: &Settings,
    passphrase: &[u8],
    last_resort: LastResort,
) -> Result<Member, Refusal> {
    let invitation = Invitation::from_text(invitation)?;
    let dir = &settings.data_dir;
    let keys = if Keys::exist(dir) { Keys::open(dir, passphrase)? } else { Keys::create(env, dir, passphrase)? };
    let store = Store::open(dir, keys.content(env)?, last_resort).await?;
    let joined = redeem(env, &invitation, settings, &keys, &store).await;
    store.close().await;
    joined
}

/// A paper code for the first kierownik of a node that joined; none once there is one. It is told this one time,
/// and takes the place of an earlier one.
///
/// # Errors
/// What opening the data folder refuses; `LOCKED` while the node runs.
pub async fn first_code(
    env: &Env,
    settings: &Settings,
    passphrase: &[u8],
    last_resort: LastResort,
) -> Result<Option<Zeroizing<String>>, Refusal> {
    let keys = Keys::open(&settings.data_dir, passphrase)?;
    let store = Store::open(&settings.data_dir, keys.content(env)?, last_resort).await?;
    let mut tx = store.begin("join.first_code").await?;
    let code = first::offer(env, &mut tx).await?;
    tx.commit().await?;
    store.close().await;
    Ok(code)
}

async fn redeem(
    env: &Env,
    invitation: &Invitation,
    settings: &Settings,
    keys: &Keys,
    store: &Store,
) -> Result<Member, Refusal> {
    let mut tx = store.begin("join.prepare").await?;
    let invite = sha256(&[invitation.to_text().as_bytes()]).to_vec();
    let same = meta::get(&mut tx, INVITE).await? == Some(invite.clone());
    if let Some(member) = Member::load(&mut tx).await? {
        return if same { Ok(member) } else { Err(Refusal::new(Reason::AlreadyJoined)) };
    }
    if env.now_ms() > invitation.expires_ms {
        return Err(Refusal::new(Reason::InviteExpired));
    }
    let request = prepare(&mut tx, invitation, keys, same).await?;
    meta::put(&mut tx, INVITE, &invite).await?;
    tx.commit().await?;
    let door = Connect { host: invitation.enrol_host(), port: invitation.port, dial: settings.dial };
    let answer = Link::enrol(env, &door, invitation.ca_fingerprint)?.redeem(request).await;
    let response = answer.map_err(|refusal| match door.dial {
        Some(address) => refusal.with("address", address),
        None => refusal.with("address", format_args!("{}:{}", door.host, door.port)),
    })?;
    let member = check(env, invitation, keys, settings, &response)?;
    let mut tx = store.begin("join.finish").await?;
    meta::put(&mut tx, RESPONSE, &response.encode_to_vec()).await?;
    meta::put(&mut tx, HOST, invitation.host.as_bytes()).await?;
    meta::put_number(&mut tx, PORT, invitation.port.into()).await?;
    meta::put(&mut tx, DIRECTORY, &invitation.directory_fingerprint).await?;
    tx.commit().await?;
    Ok(member)
}

/// The request for this invitation: the stored one after a crash, else a new one, stored first.
async fn prepare(tx: &mut Tx, invitation: &Invitation, keys: &Keys, same: bool) -> Result<v1::RedeemRequest, Refusal> {
    if same && let Some(bytes) = meta::get(tx, REQUEST).await? {
        return v1::RedeemRequest::decode(bytes.as_slice()).map_err(|_| Refusal::new(Reason::Internal));
    }
    let csr = keys.certificate_request(&invitation.institution)?;
    let request = request(invitation, &csr, keys.signing(), keys.sealing().public());
    meta::put(tx, REQUEST, &request.encode_to_vec()).await?;
    Ok(request)
}

/// Believes nothing of the answer that invitation and own keys do not confirm.
fn check(
    env: &Env,
    invitation: &Invitation,
    keys: &Keys,
    settings: &Settings,
    response: &v1::RedeemResponse,
) -> Result<Member, Refusal> {
    let other = || Refusal::new(Reason::HubIdentity);
    let member = Member::of(response, &invitation.directory_fingerprint, invitation.host.clone(), invitation.port)?;
    let entry = &member.entry;
    let ours = entry.institution == invitation.institution
        && entry.signing_key == keys.signing().public()
        && entry.sealing_key == *keys.sealing().public()
        && entry.tls_fingerprint == fingerprint(&member.certificate_der);
    let theirs =
        member.region_keys.region == invitation.region && fingerprint(&member.ca_der) == invitation.ca_fingerprint;
    if !ours || !theirs {
        return Err(other());
    }
    // Also finds a certificate for another key.
    Link::member(env, &member.connect(settings.dial), &member.ca_der, &keys.identity(member.certificate_der.clone()))
        .map_err(|_| other())?;
    Ok(member)
}
