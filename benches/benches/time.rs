//! The time of a call whose first attempt succeeds.

use retry_benches::{Service, contenders, for_each_contender, name_for, run};

fn main() {
    divan::main();
}

macro_rules! calls {
    ($($name:ident)*) => {$(
        #[divan::bench]
        fn $name(bencher: divan::Bencher<'_, '_>) {
            let service = Service::default();
            let client = contenders::$name::Client::new(&service);
            bencher.bench_local(|| run(client.get(divan::black_box(1), name_for!($name))));
        }
    )*};
}
for_each_contender!(calls);
