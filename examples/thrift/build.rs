//! Generates the client and the server from the description.

use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    const DESCRIPTION: &str = "idl/users.thrift";
    println!("cargo::rerun-if-changed={DESCRIPTION}");
    volo_build::Builder::thrift()
        .add_service(DESCRIPTION)
        .write()?;
    Ok(())
}
