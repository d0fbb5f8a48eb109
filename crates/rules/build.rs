//! The packs are part of the binary: a change in one of them has to rebuild the crate.

fn main() {
    println!("cargo:rerun-if-changed=../../packs");
}
