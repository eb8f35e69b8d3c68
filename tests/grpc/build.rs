//! Compiles the protos with protox, so that no `protoc` is needed.

use retry_tower_build::Declarations;
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    compile("proto", &["lab.proto"])?;
    // What the build helper writes has to compile.
    let packages = ["users.proto", "orders.proto", "shop.proto"];
    compile("../../retry-tower-build/tests/proto", &packages)
}

fn compile(folder: &str, protos: &[&str]) -> Result<(), Box<dyn Error>> {
    let descriptors = protox::compile(protos, [folder])?;
    let services = tonic_prost_build::configure().service_generator();
    prost_build::Config::new()
        .service_generator(Box::new(Declarations::beside(services)))
        .compile_fds(descriptors)?;
    println!("cargo::rerun-if-changed={folder}");
    Ok(())
}
