//! Where the pages are served, and that nobody but this machine reaches them without TLS.

use std::net::SocketAddr;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use wiez_proto::refusal::{Reason, Refusal};

use super::Declaration;

/// The pages for case workers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "every key has its sentence in config.default.toml")]
pub struct Web {
    pub enabled: bool,
    pub listen: String,
    pub hosts: Vec<String>,
    pub tls_cert: PathBuf,
    pub tls_key: PathBuf,
    pub declaration: Declaration,
}

/// Where and how the pages are served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pages {
    /// Address and port.
    pub listen: SocketAddr,
    /// Names under which workers may ask, lower case, without port.
    pub hosts: Vec<String>,
    /// Certificate and key; none on this machine alone.
    pub tls: Option<Certificate>,
}

/// PEM files of a certificate and its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// The certificate, then its issuers.
    pub cert: PathBuf,
    /// Its private key.
    pub key: PathBuf,
}

/// Names that only this machine can mean.
const LOOPBACK: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

impl Web {
    /// What is served; none where the pages are switched off.
    ///
    /// # Errors
    /// `CONFIG_INVALID` when `listen` is no address with a port, when only one of `tls_cert` and `tls_key` is
    /// given, when others could reach the pages without TLS or under no configured name, or when a name has a port.
    pub fn pages(&self) -> Result<Option<Pages>, Refusal> {
        if !self.enabled {
            return Ok(None);
        }
        let listen: SocketAddr = self.listen.parse().map_err(|_| invalid("web.listen", "127.0.0.1:8710"))?;
        let tls = match (self.tls_cert.as_os_str().is_empty(), self.tls_key.as_os_str().is_empty()) {
            (true, true) => None,
            (false, false) => Some(Certificate { cert: self.tls_cert.clone(), key: self.tls_key.clone() }),
            (true, false) => return Err(invalid("web.tls_cert", "wiez-node web cert")),
            (false, true) => return Err(invalid("web.tls_key", "wiez-node web cert")),
        };
        let public = !listen.ip().to_canonical().is_loopback();
        if public && tls.is_none() {
            return Err(invalid("web.listen", "127.0.0.1:8710, or tls_cert and tls_key (wiez-node web cert)"));
        }
        if public && self.hosts.is_empty() {
            return Err(invalid("web.hosts", "[\"wiez.ops-brzeg.lan\"]"));
        }
        let mut hosts: Vec<String> = LOOPBACK.map(str::to_owned).to_vec();
        for host in &self.hosts {
            if !plain(host) {
                return Err(invalid("web.hosts", "wiez.ops-brzeg.lan, 10.0.0.5, [fd00::5]"));
            }
            hosts.push(host.to_ascii_lowercase());
        }
        Ok(Some(Pages { listen, hosts, tls }))
    }
}

/// Whether a name is one that a browser sends before the port.
fn plain(host: &str) -> bool {
    if let Some(inner) = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return inner.parse::<std::net::Ipv6Addr>().is_ok();
    }
    let letter = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
    !host.is_empty() && host.len() <= 253 && host.chars().all(letter)
}

fn invalid(key: &str, expected: &str) -> Refusal {
    Refusal::new(Reason::ConfigInvalid).with("key", key).with("expected", expected)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests may fail loudly")]
    use super::*;

    fn web(listen: &str) -> Web {
        let (hosts, tls_cert, tls_key) = (vec![], PathBuf::new(), PathBuf::new());
        let declaration = Declaration::default();
        Web { enabled: true, listen: listen.to_owned(), hosts, tls_cert, tls_key, declaration }
    }

    #[test]
    fn others_reach_the_pages_only_over_tls_and_under_a_configured_name() {
        assert!(web("127.0.0.1:8710").pages().unwrap().unwrap().tls.is_none());
        assert!(web("[::1]:0").pages().unwrap().is_some());
        for public in ["0.0.0.0:8710", "10.0.0.5:8710", "[::]:8710", "[2001:db8::1]:8710"] {
            let refused = web(public).pages().unwrap_err();
            assert_eq!(refused.details.get("key").unwrap(), "web.listen", "{public}");
            let bare = Web { tls_cert: "c".into(), tls_key: "k".into(), ..web(public) };
            assert_eq!(bare.pages().unwrap_err().details.get("key").unwrap(), "web.hosts");
            let named = Web { hosts: vec!["Wiez.LAN".to_owned()], ..bare };
            assert!(named.pages().unwrap().unwrap().hosts.contains(&"wiez.lan".to_owned()));
        }
        let half = Web { tls_cert: "c".into(), ..web("127.0.0.1:1") };
        assert_eq!(half.pages().unwrap_err().details.get("key").unwrap(), "web.tls_key");
        for host in ["wiez.lan:8710", "http://wiez.lan", "", "a b", "[::1"] {
            let bad = Web { hosts: vec![host.to_owned()], ..web("127.0.0.1:1") };
            assert_eq!(bad.pages().unwrap_err().details.get("key").unwrap(), "web.hosts", "{host}");
        }
        assert!(web("localhost").pages().is_err());
        assert_eq!(Web { enabled: false, ..web("nonsense") }.pages().unwrap(), None);
    }
}
