//! Compiles the proto with protox, so that no `protoc` is needed, and reads from it which
//! methods may be called twice.

use retry_tower_build::Declarations;
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let descriptors = protox::compile(["users.proto"], ["proto"])?;
    let services = tonic_prost_build::configure().service_generator();
    prost_build::Config::new()
        .service_generator(Box::new(Declarations::beside(services)))
        .compile_fds(descriptors)?;
    println!("cargo::rerun-if-changed=proto");
    Ok(())
}
