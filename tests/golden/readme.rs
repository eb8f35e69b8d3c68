async fn connect(address: &str) -> io::Result<TcpStream> {
    use ::retry_runtime::__private_0_1_0::{self as __retry, Awaitable as _, NotErased as _};
    static __RETRY_BUDGET: __retry::Budget = __retry::Budget::standard();
    static __RETRY_SITE: __retry::Site =
        __retry::Site::new(__retry::name!(), __retry::Policy::DEFAULT);
    let mut __retry_call = __retry::Call::new();
    loop {
        let __retry_wait = {
            let __retry_outcome: io::Result<TcpStream> = __retry::attempt(
                __RETRY_SITE.scope(__retry_call.is_retry()),
                __retry::fault!(__retry_call, __RETRY_SITE.name(), io::Result<TcpStream>),
                async move {
                    __retry::returns!(io::Result<TcpStream>);
                    (__retry::Operand(TcpStream::connect(address)).__pass()).await
                },
            )
            .await;
            let __retry_judgement = __retry::error(&__retry_outcome).map(|__retry_error| {
                __retry::by_itself(__retry::Asked(&*__retry_error).__asked(), __retry::None)
            });
            let __retry_terms = __RETRY_SITE.paid_by_own(&__RETRY_BUDGET);
            let __retry::Some(__retry_judgement) = __retry_judgement else {
                __retry_call.succeeded(__retry_terms);
                return __retry_outcome;
            };
            match __retry_call.failed(__retry::shown!(
                __retry::FailedAttempt::under(__retry_terms, __retry_judgement),
                &__retry_outcome
            )) {
                __retry::Ok(__retry_wait) => __retry_wait,
                __retry::Err(_) => return __retry_outcome,
            }
        };
        __retry::pause(__retry_wait, __retry::Some(&__RETRY_BUDGET)).await;
    }
}
