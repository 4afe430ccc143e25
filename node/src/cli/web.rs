//! The commands about the pages: the certificate by which PCs of the network trust them.

use std::net::IpAddr;

use clap::Subcommand;
use wiez_proto::env::Env;
use wiez_proto::refusal::Refusal;

use super::talk::Talk;
use crate::config::Loaded;
use crate::keys::lan;

#[derive(Debug, Subcommand)]
pub(super) enum Web {
    /// Makes or renews the certificate of the pages, with an authority of its own for this name only
    Cert {
        /// Name under which PCs open the pages, such as wiez.ops-brzeg.lan; may be repeated
        #[arg(long)]
        name: Vec<String>,
        /// Address under which PCs open the pages; may be repeated
        #[arg(long)]
        ip: Vec<IpAddr>,
    },
}

/// Carries the command out and says what to configure, and what to hand to the PCs.
pub(super) fn web(loaded: &Loaded, what: Web, talk: &mut Talk<'_>) -> Result<(), Refusal> {
    let Web::Cert { name, ip } = what;
    let names: Vec<String> = name.iter().map(|name| name.to_lowercase()).collect();
    let made = lan::certify(&Env::system(), &loaded.config.data_dir, &names, &ip)?;
    if talk.json {
        talk.value(&made);
        return Ok(());
    }
    let hosts: Vec<String> = names.into_iter().chain(ip.iter().map(shown)).collect();
    talk.told(
        "web-cert",
        &[
            ("cert", &made.cert.display().to_string()),
            ("key", &made.key.display().to_string()),
            ("hosts", &format!("[\"{}\"]", hosts.join("\", \""))),
        ],
    );
    let values = [("ca", made.ca_der.display().to_string()), ("fingerprint", made.fingerprint)];
    let [(ca, ca_path), (print, digest)] = &values;
    talk.told(if made.new_ca { "web-ca-new" } else { "web-ca-same" }, &[(*ca, ca_path), (*print, digest)]);
    Ok(())
}

/// An address as a browser writes it.
fn shown(address: &IpAddr) -> String {
    match address {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => format!("[{address}]"),
    }
}
