async fn connect(address: &str) -> io::Result<TcpStream> {
    use ::retry_runtime::__private_0_1_0::{self as __retry, Awaitable as _, NotErased as _};
    static __RETRY_BUDGET: __retry::Budget = __retry::Budget::standard();
    const __RETRY_SITE: &__retry::Site =
        &__retry::Site::new(__retry::name!(), __retry::Policy::DEFAULT);
    let __retry_ruling = __RETRY_SITE.ruling(8u8, __retry::Some(&__RETRY_BUDGET));
    let mut __retry_call = __retry::Call::new();
    loop {
        let __retry_wait = {
            let __retry_outcome: io::Result<TcpStream> = __retry::attempt(
                __RETRY_SITE.scope((&__retry_call).is_retry()),
                __retry::fault!(__retry_call, __RETRY_SITE.name(), io::Result<TcpStream>),
                async move {
                    __retry::returns!(io::Result<TcpStream>);
                    ((__retry::Operand)(TcpStream::connect(address)).__pass()).await
                },
            )
            .await;
            let __retry::Err(__retry_error) = &__retry_outcome else {
                (&__retry_call).succeeded_at(
                    __RETRY_SITE,
                    __retry::Some(&__RETRY_BUDGET),
                    __retry_ruling,
                );
                return __retry_outcome;
            };
            let __retry_judgement =
                __retry::by_itself(__retry::Asked(&*__retry_error).__asked(), __retry::None);
            match (&mut __retry_call).failed_at(
                __RETRY_SITE,
                __retry::Some(&__RETRY_BUDGET),
                __retry_ruling,
                __retry_judgement,
                __retry::shown!(&__retry_outcome),
            ) {
                __retry::Ok(__retry_wait) => __retry_wait,
                __retry::Err(_) => return __retry_outcome,
            }
        };
        __retry::pause(
            __retry_wait,
            __retry::Some(__retry_ruling.budget(&__RETRY_BUDGET)),
        )
        .await;
    }
}
