//! Compiles the proto with protox, so that no `protoc` is needed, and makes
//! operations of its request types.

#[path = "build/operations.rs"]
mod operations;

use std::error::Error;

use operations::Operations;

fn main() -> Result<(), Box<dyn Error>> {
    compile("proto", &["users.proto"])?;
    // For `tests/operations` alone: leave it out of a copy.
    let packages = ["users.proto", "orders.proto", "shop.proto"];
    compile("tests/operations/proto", &packages)
}

fn compile(folder: &str, protos: &[&str]) -> Result<(), Box<dyn Error>> {
    let descriptors = protox::compile(protos, [folder])?;
    let services = tonic_prost_build::configure().service_generator();
    prost_build::Config::new()
        .service_generator(Box::new(Operations::beside(services)))
        .compile_fds(descriptors)?;
    println!("cargo::rerun-if-changed={folder}");
    Ok(())
}
