//! What the scripts need and the repository does not hold: Node, Chromium, the tools for prints, packages from npm.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

/// Everything is there.
pub(crate) struct Packages {
    /// The folder in which `node_modules` lies.
    pub(crate) node: PathBuf,
    /// Where prints, pictures and reports go.
    pub(crate) out: PathBuf,
    /// The scripts.
    pub(crate) scripts: PathBuf,
}

impl Packages {
    /// Looks for the programs and installs the packages below `target` on first use, exactly those of the lock file,
    /// without running any script of theirs.
    ///
    /// # Errors
    /// With what is missing on this machine.
    pub(crate) fn ready() -> Result<Self, String> {
        for (program, ask, comes) in [
            ("node", "--version", "Node 20 or newer"),
            ("npm", "--version", "npm"),
            ("chromium", "--version", "Chromium (Debian: chromium)"),
            ("pdfinfo", "-v", "poppler's tools (Debian: poppler-utils)"),
        ] {
            let there = Command::new(program).arg(ask).output().is_ok_and(|output| output.status.success());
            if !there {
                return Err(comes.to_owned());
            }
        }
        let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("pages");
        let target = target().ok_or_else(|| "a folder for what is built".to_owned())?;
        let (node, out) = (target.join("pages-node"), target.join("pages"));
        install(&scripts, &node)?;
        std::fs::create_dir_all(&out).map_err(|error| error.to_string())?;
        Ok(Self { node, out, scripts })
    }
}

/// The folder for build output, which the test program itself lies in.
fn target() -> Option<PathBuf> {
    let program = std::env::current_exe().ok()?;
    program.ancestors().nth(3).map(Path::to_path_buf)
}

/// Installs what the lock file says, once for each lock file.
fn install(scripts: &Path, node: &Path) -> Result<(), String> {
    let told = |error: std::io::Error| error.to_string();
    let wanted = std::fs::read_to_string(scripts.join("package-lock.json")).map_err(told)?;
    let stamp = node.join("installed.json");
    if std::fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    std::fs::create_dir_all(node).map_err(told)?;
    for file in ["package.json", "package-lock.json"] {
        std::fs::copy(scripts.join(file), node.join(file)).map_err(told)?;
    }
    let mut npm = Command::new("npm");
    npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]).current_dir(node);
    // The browser is the machine's own; nothing else is downloaded.
    npm.env("PUPPETEER_SKIP_DOWNLOAD", "1").env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
    let done = npm.output().map_err(told)?;
    if !done.status.success() {
        return Err(format!("packages from npm: {}", String::from_utf8_lossy(&done.stderr).trim()));
    }
    std::fs::write(stamp, wanted).map_err(told)
}
