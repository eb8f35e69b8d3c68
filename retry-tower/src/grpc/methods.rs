//! What the protos say about their methods.

/// What a proto says about calling a method twice: its `idempotency_level`.
///
/// ```
/// use retry_tower::grpc::Idempotency;
///
/// assert!(Idempotency::Safe.is_declared());
/// assert!(!Idempotency::Undeclared.is_declared());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Idempotency {
    /// `NO_SIDE_EFFECTS`: it only reads.
    Safe,
    /// `IDEMPOTENT`: twice has the same effect as once.
    Idempotent,
    /// The proto says nothing.
    Undeclared,
}

impl Idempotency {
    /// Whether the method may be called twice.
    ///
    /// ```
    /// # use retry_tower::grpc::Idempotency;
    /// assert!(Idempotency::Idempotent.is_declared());
    /// ```
    #[must_use]
    pub const fn is_declared(self) -> bool {
        matches!(self, Self::Safe | Self::Idempotent)
    }
}

/// A method, and what its proto says about it. `retry-tower-build` writes tables of
/// them, for [`RetryLayer::methods`](super::RetryLayer::methods).
///
/// ```
/// use retry_tower::grpc::{Idempotency, Method};
///
/// const METHODS: &[Method] = &[
///     Method::new("users.v1.Users/Get", Idempotency::Safe),
///     Method::new("users.v1.Users/Create", Idempotency::Undeclared),
/// ];
/// assert_eq!(METHODS[0].name(), "users.v1.Users/Get");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Method {
    name: &'static str,
    idempotency: Idempotency,
}

impl Method {
    /// A method by its full name, `package.Service/Method`, with or without a slash
    /// before it.
    ///
    /// ```
    /// # use retry_tower::grpc::{Idempotency, Method};
    /// let get = Method::new("users.v1.Users/Get", Idempotency::Safe);
    /// assert_eq!(get, Method::new("users.v1.Users/Get", Idempotency::Safe));
    /// ```
    #[must_use]
    pub const fn new(name: &'static str, idempotency: Idempotency) -> Self {
        Self { name, idempotency }
    }

    /// Its full name.
    ///
    /// ```
    /// # use retry_tower::grpc::{Idempotency, Method};
    /// assert_eq!(Method::new("/a.B/C", Idempotency::Safe).name(), "a.B/C");
    /// ```
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name.trim_start_matches('/')
    }

    /// What its proto says.
    ///
    /// ```
    /// # use retry_tower::grpc::{Idempotency, Method};
    /// assert_eq!(Method::new("a.B/C", Idempotency::Safe).idempotency(), Idempotency::Safe);
    /// ```
    #[must_use]
    pub const fn idempotency(&self) -> Idempotency {
        self.idempotency
    }
}
