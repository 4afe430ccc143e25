//! Lets a new migration be compiled in.

fn main() {
    println!("cargo::rerun-if-changed=migrations");
}
