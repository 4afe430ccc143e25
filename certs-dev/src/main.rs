//! Writes throw-away certificates to files, on the command line.

use std::fs::{File, OpenOptions, create_dir_all, read_to_string};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::{Args, Parser, Subcommand};
use wiez_certs_dev::{DevCa, Issued, RefusedAt, Wrong};
use wiez_proto::env::Env;

/// Throw-away certificates for tests and the demo. Never for a real region.
#[derive(Parser)]
#[command(version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Make a CA: DIR/ca.pem and DIR/ca.key.pem.
    Ca {
        /// Folder to write to.
        #[arg(long)]
        out: PathBuf,
    },
    /// Issue a client certificate: DIR/ID.pem and DIR/ID.key.pem.
    Issue {
        #[command(flatten)]
        from: From,
        /// Institution, for instance ops-brzeg.
        #[arg(long)]
        institution: String,
    },
    /// Issue a server certificate with the CA in its chain: DIR/server.pem and DIR/server.key.pem.
    Server {
        #[command(flatten)]
        from: From,
        /// Host name or address; may be repeated.
        #[arg(long, required = true)]
        host: Vec<String>,
    },
    /// Issue a wrong client certificate by its name, or `list` them.
    Wrong {
        /// Name from the list, or `list`.
        name: String,
        /// Folder with ca.pem and ca.key.pem.
        #[arg(long, requires = "out")]
        ca: Option<PathBuf>,
        /// Folder to write to.
        #[arg(long, requires = "ca")]
        out: Option<PathBuf>,
        /// Region in the name of the institution; `test` if not given.
        #[arg(long)]
        region: Option<String>,
        /// Institution, for instance ops-brzeg.
        #[arg(long, default_value = "ops-test")]
        institution: String,
    },
}

#[derive(Args)]
struct From {
    /// Folder with ca.pem and ca.key.pem.
    #[arg(long)]
    ca: PathBuf,
    /// Folder to write to.
    #[arg(long)]
    out: PathBuf,
    /// Region in the name of the institution; `test` if not given.
    #[arg(long)]
    region: Option<String>,
}

fn main() -> anyhow::Result<()> {
    let now_ms = Env::system().now_ms();
    match Cli::parse().command {
        Command::Ca { out } => {
            let ca = DevCa::new("test", now_ms)?;
            write_pair(&out, "ca", ca.ca_pem(), &ca.key_pem())
        }
        Command::Issue { from, institution } => write(&from, &institution, &open(&from, now_ms)?.issue(&institution)?),
        Command::Server { from, host } => {
            let hosts: Vec<&str> = host.iter().map(String::as_str).collect();
            write(&from, "server", &open(&from, now_ms)?.server(&hosts)?)
        }
        Command::Wrong { name, .. } if name == "list" => list(),
        Command::Wrong { name, ca, out, region, institution } => {
            let wrong: Wrong = name.parse()?;
            let folders = ca.zip(out).map(|(ca, out)| From { ca, out, region });
            let from = folders.context("--ca and --out are needed to issue a certificate")?;
            write(&from, wrong.name(), &open(&from, now_ms)?.wrong(wrong, &institution)?)
        }
    }
}

fn open(from: &From, now_ms: i64) -> anyhow::Result<DevCa> {
    let read = |name: &str| {
        let path = from.ca.join(name);
        read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))
    };
    Ok(DevCa::from_pem(from.region.as_deref().unwrap_or("test"), &read("ca.pem")?, &read("ca.key.pem")?, now_ms)?)
}

fn list() -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    for wrong in Wrong::ALL {
        let at = match wrong.refused_at() {
            RefusedAt::Handshake => "handshake",
            RefusedAt::Call(reason) => reason,
        };
        writeln!(out, "{:28}{:22}{}", wrong.name(), at, wrong.why())?;
    }
    Ok(())
}

fn write(from: &From, name: &str, issued: &Issued) -> anyhow::Result<()> {
    write_pair(&from.out, name, &issued.chain_pem, &issued.key_pem)
}

/// Writes certificate and key; refuses to overwrite, and the key is readable by its owner only.
fn write_pair(folder: &Path, name: &str, cert: &str, key: &str) -> anyhow::Result<()> {
    anyhow::ensure!(!name.contains(['/', '\0']) && !name.starts_with('.'), "{name:?} cannot be a file name");
    create_dir_all(folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
    let (cert_path, key_path) = (folder.join(format!("{name}.pem")), folder.join(format!("{name}.key.pem")));
    create(&key_path, 0o600)?.write_all(key.as_bytes())?;
    create(&cert_path, 0o644)?.write_all(cert.as_bytes())?;
    writeln!(std::io::stdout().lock(), "{}\n{}", cert_path.display(), key_path.display())?;
    Ok(())
}

fn create(path: &Path, mode: u32) -> anyhow::Result<File> {
    let file = OpenOptions::new().write(true).create_new(true).mode(mode).open(path);
    file.with_context(|| format!("cannot create {}", path.display()))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::panic, reason = "tests may fail loudly")]
    use super::*;

    fn parse(line: &str) -> Option<Command> {
        Cli::try_parse_from(line.split(' ')).ok().map(|cli| cli.command)
    }

    #[test]
    fn the_list_needs_no_folders_and_a_certificate_needs_both() {
        assert!(matches!(parse("x wrong list"), Some(Command::Wrong { ca: None, out: None, .. })));
        assert!(matches!(
            parse("x wrong expired --ca a --out b"),
            Some(Command::Wrong { ca: Some(_), out: Some(_), .. })
        ));
        assert!(parse("x wrong expired --ca a").is_none());
        let Some(Command::Issue { from, institution }) = parse("x issue --ca a --out b --region r --institution i")
        else {
            panic!("not parsed");
        };
        assert_eq!((from.region.as_deref(), institution.as_str()), (Some("r"), "i"));
    }

    #[test]
    fn a_name_with_a_folder_in_it_is_no_file_name() {
        for name in ["a/b", "..", ".x"] {
            assert!(write_pair(Path::new("."), name, "", "").is_err(), "{name}");
        }
    }
}
