#![doc = include_str!("../README.md")]

mod methods;
mod operations;

use methods::Methods;
use operations::Operations;
use prost_build::{Module, Service, ServiceGenerator};

/// Writes what the protos declare beside the code of another generator, tonic's for
/// instance. See the crate's own page.
///
/// The crate that includes the code depends on `retry-runtime` for the operations and on
/// `retry-tower`, with its feature `grpc`, for the table; what it has no use for is left out.
///
/// ```
/// use retry_tower_build::Declarations;
///
/// let clients = tonic_prost_build::configure().service_generator();
/// let mut config = prost_build::Config::new();
/// config.service_generator(Box::new(Declarations::beside(clients)));
/// ```
pub struct Declarations {
    services: Box<dyn ServiceGenerator>,
    operations: Option<Operations>,
    methods: Option<Methods>,
}

impl Declarations {
    /// Beside what this generator writes.
    ///
    /// ```
    /// # use retry_tower_build::Declarations;
    /// let clients = tonic_prost_build::configure().build_server(false).service_generator();
    /// let declarations = Declarations::beside(clients);
    /// # let _ = declarations;
    /// ```
    #[must_use]
    pub fn beside(services: Box<dyn ServiceGenerator>) -> Self {
        Self {
            services,
            operations: Some(Operations::default()),
            methods: Some(Methods::default()),
        }
    }

    /// Writes no `Operation`: for a crate without `retry-runtime`.
    ///
    /// ```
    /// # use retry_tower_build::Declarations;
    /// let clients = tonic_prost_build::configure().service_generator();
    /// let declarations = Declarations::beside(clients).without_operations();
    /// # let _ = declarations;
    /// ```
    #[must_use]
    pub fn without_operations(mut self) -> Self {
        self.operations = None;
        self
    }

    /// Writes no table: for a crate without `retry-tower`.
    ///
    /// ```
    /// # use retry_tower_build::Declarations;
    /// let clients = tonic_prost_build::configure().service_generator();
    /// let declarations = Declarations::beside(clients).without_methods();
    /// # let _ = declarations;
    /// ```
    #[must_use]
    pub fn without_methods(mut self) -> Self {
        self.methods = None;
        self
    }
}

impl ServiceGenerator for Declarations {
    fn generate(&mut self, service: Service, buf: &mut String) {
        if let Some(operations) = &mut self.operations {
            operations.add(&service);
        }
        if let Some(methods) = &mut self.methods {
            methods.add(&service);
        }
        self.services.generate(service, buf);
    }

    fn finalize(&mut self, buf: &mut String) {
        self.services.finalize(buf);
    }

    /// prost-build calls this after the last `generate` of the whole build, so
    /// that all methods are known, and in no particular order of the packages.
    fn finalize_package(&mut self, package: &str, buf: &mut String) {
        self.services.finalize_package(package, buf);
        let module = Module::from_protobuf_package_name(package);
        if let Some(operations) = &self.operations {
            operations.write(&module, buf);
        }
        if let Some(methods) = &self.methods {
            methods.write(&module, buf);
        }
    }
}
