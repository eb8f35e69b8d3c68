//! From a proto's `idempotency_level` to `retry_tower::grpc::Method`, a table for each
//! package.

use prost_build::{Module, Service};
use prost_types::method_options::IdempotencyLevel;
use std::fmt::Write as _;

/// The methods of all packages so far, with the module of each.
#[derive(Default)]
pub(crate) struct Methods(Vec<(Module, String, IdempotencyLevel)>);

impl Methods {
    pub(crate) fn add(&mut self, service: &Service) {
        let dot = if service.package.is_empty() { "" } else { "." };
        for method in &service.methods {
            let name = format!(
                "{}{dot}{}/{}",
                service.package, service.proto_name, method.proto_name
            );
            let module = Module::from_protobuf_package_name(&service.package);
            self.0
                .push((module, name, method.options.idempotency_level()));
        }
    }

    pub(crate) fn write(&self, module: &Module, buf: &mut String) {
        buf.push_str(
            "/// What the protos of this package say about calling their methods twice, for\n\
             /// `retry_tower::grpc::RetryLayer::methods`.\n\
             pub const METHODS: &[::retry_tower::grpc::Method] = &[\n",
        );
        for (_, name, level) in self.0.iter().filter(|(of, ..)| of == module) {
            let level = match level {
                IdempotencyLevel::NoSideEffects => "Safe",
                IdempotencyLevel::Idempotent => "Idempotent",
                IdempotencyLevel::IdempotencyUnknown => "Undeclared",
            };
            // Names of protos are letters, digits, underscores and dots. Writing to a
            // string does not fail.
            let _ = writeln!(
                buf,
                "    ::retry_tower::grpc::Method::new(\"{name}\", ::retry_tower::grpc::Idempotency::{level}),"
            );
        }
        buf.push_str("];\n");
    }
}
