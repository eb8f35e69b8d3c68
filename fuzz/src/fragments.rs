//! Options and items made of fragments.

use proc_macro2::{Delimiter, Group, Ident, Punct, Spacing, Span, TokenStream, TokenTree};
use quote::quote;
use std::str::FromStr;

/// The bytes as a row of choices; at its end every choice is the first one.
pub(crate) struct Choices<'a>(std::slice::Iter<'a, u8>);

impl<'a> Choices<'a> {
    pub(crate) fn new(data: &'a [u8]) -> Self {
        Self(data.iter())
    }

    pub(crate) fn byte(&mut self) -> u8 {
        self.0.next().copied().unwrap_or_default()
    }

    /// The next byte; `None` at the end.
    pub(crate) fn next(&mut self) -> Option<u8> {
        self.0.next().copied()
    }

    fn below(&mut self, end: usize) -> usize {
        usize::from(self.byte()) % end.max(1)
    }

    fn one(&mut self, of: &[&'static str]) -> TokenStream {
        let text = of[self.below(of.len())];
        TokenStream::from_str(text).unwrap_or_default()
    }

    /// Once in so many times.
    fn rarely(&mut self, in_: usize) -> bool {
        self.below(in_) == in_ - 1
    }
}

const KEYS: &[&str] = &[
    "max",
    "backoff",
    "jitter",
    "on",
    "on_ok",
    "until",
    "unfinished",
    "timeout",
    "retry_for",
    "deadline",
    "elapsed",
    "budget",
    "breaker",
    "rejected",
    "hedge",
    "nested",
    "notify",
    "before_retry",
    "fallback",
    "attempt",
    "policy",
    "key",
    "strict",
    "spans",
    "name",
    "sleep",
    "crate",
    "r#max",
    "nonsense",
    "_",
    "3",
];

const VALUES: &[&str] = &[
    "3",
    "0",
    "4294967295",
    "99999999999999999999",
    "-1",
    "3u32",
    "0x3",
    "1e400",
    "20%",
    "0%",
    "120 %",
    "none",
    "allow",
    "unlimited",
    "always",
    "known",
    "full",
    "equal",
    "0.2",
    "1.5",
    "50ms",
    "1.5s",
    "0s",
    "100",
    "18446744073709551616s",
    "\"50ms\"",
    "\"\"",
    "\"\\u{0}\"",
    "r#\"exp(1ms, 2, 1s)\"#",
    "b\"x\"",
    "c\"x\"",
    "'x'",
    "exp(100ms, 1.5, 1s)",
    "exp(1s, 0.5, 1ms)",
    "exp(100ms, 1.5)",
    "exp()",
    "exp(FIRST, 2, Self::CAP)",
    "fixed(T::PACE)",
    "fixed(a)",
    "fixed(1ms)",
    "linear(1ms, 2ms, 9ms)",
    "fib(1ms, 1s)",
    "random(1ms, 2ms)",
    "decorrelated(1ms, 2ms)",
    "self::exp(1)",
    "hedge(50ms, 2)",
    "hedge(50ms, 9)",
    "hedge()",
    "(50ms, 2)",
    "is_transient",
    "Self::on",
    "<T as X>::on",
    "crate::f::<u8>",
    "|e| true",
    "|e, at| true",
    "|e, at, last| true",
    "|e: &E| -> bool { true }",
    "|retry| { retry.await?; }",
    "|_| self.x().await",
    "async |e| Ok(e)",
    "move |e| async move { Ok(1) }",
    "&self.budget",
    "&BUDGET",
    "self.x + 1",
    "{ let x = 1; x }",
    "at",
    "r#at",
    "self",
    "Self",
    "crate",
    "::a::b",
    "a::",
    "",
    "=",
    "(",
    ",",
    "if x { 1 } else { 2 }",
    "m!()",
    "..",
    "x..y",
    "yield 1",
    "let y = 1",
    "&mut x",
    "#",
    "'a",
    "$",
    "[1ms, 2ms]",
    "[1; 3]",
    "[",
    "unsafe { f() }",
    "f(x)?",
    "x.await",
    "return",
];

const ATTRIBUTES: &[&str] = &[
    "",
    "#[inline]",
    "#[doc = \"x\"]",
    "#[async_trait]",
    "#[tracing::instrument(err)]",
    "#[cfg(test)]",
    "#[cfg_attr(x, retry)]",
    "#[non_idempotent]",
    "#[idempotent]",
    "#[retry(max = 2)]",
    "#[retry]",
    "#[retry_unsent]",
    "#[non_idempotent_last]",
    "#[transient]",
    "#[transient(after = wait)]",
    "#[transient(forward)]",
    "#[transient(not_sent, crate = x)]",
    "#[transient(,)]",
    "#[operation(safe)]",
    "#[operation(keyed, crate = a::b)]",
    "#[operation]",
    "#[operation(nonsense)]",
    "#[transient = 1]",
    "#![x]",
];

const HEADS: &[&str] = &[
    "async fn f",
    "fn f",
    "pub async fn f",
    "pub(crate) unsafe fn f",
    "const fn f",
    "extern \"C\" fn f",
    "default async fn f",
    "async fn r#fn",
    "const async unsafe fn f",
    "fn",
];

const GENERICS: &[&str] = &[
    "",
    "<T>",
    "<'a, T: X + 'a>",
    "<const N: usize>",
    "<>",
    "<T = u8>",
    "<'a,>",
    "<O: Operation>",
];

const PARAMETERS: &[&str] = &[
    "",
    "self",
    "&self",
    "&mut self",
    "mut self",
    "self: Pin<&mut Self>",
    "self: Box<Self>",
    "&'a mut self",
    "a: u8",
    "mut a: u8",
    "(mut a, b): (u8, u8)",
    "_: u8",
    "&a: &u8",
    "ref mut a: u8",
    "a: &mut T",
    "a: impl Fn(&mut u8) -> u8",
    "mut self: Self",
    "S { a, mut b, .. }: S",
    "[a, .., mut b]: [u8; 3]",
    "a @ mut b: u8",
    "#[cfg(x)] a: u8",
    "...",
    "a: ...",
    "mut r#type: u8",
    "k: IdempotencyKey",
    "x | y: u8",
    "a: dyn for<'x> Fn(&'x u8)",
];

const RETURNS: &[&str] = &[
    "-> Result<u8, E>",
    "",
    "-> ()",
    "-> !",
    "-> u8",
    "-> impl Future<Output = Result<T, E>>",
    "-> Pin<Box<dyn Future<Output = io::Result<()>> + Send + 'a>>",
    "-> io::Result<&'a mut T>",
    "-> Result<impl Iterator<Item = impl X>, E>",
    "-> Option<u8>",
    "-> Result<Box<dyn X>, E>",
    "-> NonIdempotent<impl Future<Output = u8>>",
    "-> m!()",
    "-> fn(u8) -> u8",
    "-> _",
    "->",
    "-> Self",
    "-> Result<(), E> where T: X,",
    "where",
    "-> <T as X>::Y",
    "-> BoxFuture<'_, R>",
];

const STATEMENTS: &[&str] = &[
    "self.rpc.call(id).await",
    "let x = f(a)?;",
    "return Ok(1);",
    "Ok(1)",
    "Err(e)?",
    "async move { f().await }",
    "Box::pin(async { a.await })",
    "async {}.boxed()",
    "tokio::join!(a.f(), b.g())",
    "tokio::select! { x = f() => x, _ = &mut y, if z => {} else => 1 }",
    "spawn(f(x)).await",
    "assert!(f().await, \"{x}\")",
    "vec![x?]",
    "|| x?",
    "async || y.await",
    "macro_rules! m { ($x:expr) => { $x.await } }",
    "fn inner() { return; }",
    "struct S;",
    "loop { break 'a 1; }",
    "'a: { break 'a }",
    "match x { Some(y) if y.await => {}, _ => {} }",
    "const __RETRY_MARK_NON_IDEMPOTENT: () = ();",
    "const __RETRY_SITE: () = ();",
    "const __RETRY_MARK_IDEMPOTENT: () = ();",
    "const __RETRY_MARK_UNSENT: () = ();",
    "if let Some(__ret) = None::<R> { return __ret; } let __self = self; let __ret: R = { x }; __ret",
    "Box::pin(async move { if let ::core::option::Option::Some(__ret) = None { return __ret; } let mut a = a; let __ret: R = { a.await }; __ret })",
    "let __tracing_instrument_future = async move { x }; Instrument::instrument(__tracing_instrument_future, span).await",
    "for x in y.await {}",
    "x.await.await?",
    ".await",
    "x.",
    "let",
    "unsafe { f().await }",
    ";",
    "println!(\"{at} {key:?}\");",
    "a = b.await; a += 1;",
    "&mut *x",
    "{ { { x } } }",
    "try_join!(a(), f(b).await)",
    "join!(, ;)",
    "select!(biased; x = y => z)",
    "yield_!()",
];

const ITEMS: &[&str] = &[
    "enum E { #[transient] A, B { wait: Duration }, #[transient(after = 0)] C(Duration) }",
    "enum E<T> { #[transient(forward)] A(#[from] T), #[operation(safe)] B, C }",
    "struct S;",
    "#[operation(idempotent)] struct S<'a, T: X>(&'a T) where T: Y;",
    "#[transient(forward = inner)] struct S { inner: E, #[transient] x: u8 }",
    "union U { a: u8 }",
    "#[transient(after = a.b.c, not_sent)] struct S { a: A }",
    "enum E {}",
    "const X: u8 = 1;",
    "static X: u8 = { 1 };",
    "mod m { }",
    "impl X for Y;",
    "impl",
    "trait T { fn f(); }",
    "let x = || 1;",
    "macro_rules! m { () => {} }",
    "use a::b;",
    "",
    "1 + 1",
    "type X = u8;",
];

/// `max = 3, backoff = exp(..), ..`
pub(crate) fn options(choices: &mut Choices) -> TokenStream {
    let mut all = TokenStream::new();
    for _ in 0..choices.below(6) {
        let key = choices.one(KEYS);
        let value = choices.one(VALUES);
        let equals = (!choices.rarely(8)).then(|| quote!(=));
        let comma = (!choices.rarely(16)).then(|| quote!(,));
        all.extend(quote!(#key #equals #value #comma));
    }
    if choices.rarely(8) {
        all = quote!({ #all } { async } { max = 2 });
    }
    all
}

/// A function, an impl block or something else.
pub(crate) fn item(choices: &mut Choices) -> TokenStream {
    match choices.below(8) {
        0 => choices.one(ITEMS),
        1 => {
            let attribute = choices.one(ATTRIBUTES);
            let methods = (0..choices.below(3)).map(|_| function(choices));
            let methods: TokenStream = methods.collect();
            quote!(#attribute impl<T> X<T> for Y { const A: u8 = 1; #methods })
        }
        _ => function(choices),
    }
}

fn function(choices: &mut Choices) -> TokenStream {
    let attributes: TokenStream = (0..choices.below(3))
        .map(|_| choices.one(ATTRIBUTES))
        .collect();
    let head = choices.one(HEADS);
    let generics = choices.one(GENERICS);
    let parameters: TokenStream = (0..choices.below(4))
        .map(|_| {
            let parameter = choices.one(PARAMETERS);
            quote!(#parameter,)
        })
        .collect();
    let returns = choices.one(RETURNS);
    let body: TokenStream = (0..choices.below(4))
        .map(|_| choices.one(STATEMENTS))
        .collect();
    let body = if choices.rarely(16) {
        quote!(;)
    } else {
        quote!({ #body })
    };
    quote!(#attributes #head #generics (#parameters) #returns #body)
}

/// With some of its tokens left out, doubled, changed or put into brackets.
pub(crate) fn mutated(tokens: TokenStream, choices: &mut Choices) -> TokenStream {
    (0..choices.below(4)).fold(tokens, |tokens, _| mutated_once(tokens, choices, 0))
}

fn mutated_once(tokens: TokenStream, choices: &mut Choices, depth: u8) -> TokenStream {
    let mut tokens: Vec<TokenTree> = tokens.into_iter().collect();
    if tokens.is_empty() {
        return token(choices);
    }
    let at = choices.below(tokens.len());
    if let TokenTree::Group(group) = &tokens[at] {
        if depth < 8 && !choices.rarely(4) {
            let inner = mutated_once(group.stream(), choices, depth + 1);
            tokens[at] = Group::new(group.delimiter(), inner).into();
            return tokens.into_iter().collect();
        }
    }
    let other = choices.below(tokens.len());
    match choices.below(6) {
        0 => drop(tokens.remove(at)),
        1 => tokens.insert(other, tokens[at].clone()),
        2 => tokens.swap(at, other),
        3 => {
            let (from, to) = (at.min(other), at.max(other));
            let inner = tokens.drain(from..=to).collect();
            let delimiter = DELIMITERS[choices.below(DELIMITERS.len())];
            tokens.insert(from, Group::new(delimiter, inner).into());
        }
        4 => tokens.truncate(at),
        _ => drop(tokens.splice(at..at, token(choices))),
    }
    tokens.into_iter().collect()
}

/// The invisible one, of `macro_rules!`, is the first.
const DELIMITERS: [Delimiter; 4] = [
    Delimiter::None,
    Delimiter::Parenthesis,
    Delimiter::Brace,
    Delimiter::Bracket,
];

fn token(choices: &mut Choices) -> TokenStream {
    const PUNCTS: &[u8] = b"=,.;:#$&*+-<>?!|'/@^%~";
    const WORDS: &[&str] = &[
        "self", "mut", "impl", "async", "await", "fn", "x", "where", "_",
    ];
    match choices.below(4) {
        0 => {
            let spacing = [Spacing::Alone, Spacing::Joint][choices.below(2)];
            let punct = char::from(PUNCTS[choices.below(PUNCTS.len())]);
            // A lone `'` is no token of Rust.
            let punct = if punct == '\'' { '=' } else { punct };
            TokenTree::from(Punct::new(punct, spacing)).into()
        }
        1 => TokenTree::from(word(WORDS[choices.below(WORDS.len())])).into(),
        2 => choices.one(VALUES),
        _ => choices.one(STATEMENTS),
    }
}

/// An identifier that is always one.
fn word(text: &str) -> Ident {
    Ident::new(text, Span::call_site())
}
