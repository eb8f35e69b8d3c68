//! Compiles the proto with protox, so that no `protoc` is needed, and makes
//! operations of its request types.

#[path = "build/operations.rs"]
mod operations;

use operations::Operations;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let descriptors = protox::compile(["proto/users.proto"], ["proto"])?;
    let services = tonic_prost_build::configure().service_generator();
    prost_build::Config::new()
        .service_generator(Box::new(Operations::beside(services)))
        .compile_fds(descriptors)?;
    println!("cargo::rerun-if-changed=proto");
    Ok(())
}
