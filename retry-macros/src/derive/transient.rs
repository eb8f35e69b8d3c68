//! `#[derive(Transient)]`: an error's verdict, from the `#[transient(..)]` on its
//! variants, or on the struct.

mod attr;

use self::attr::{FORM, FixedVerdict, TransientAttr, VerdictSource};
use crate::syntax::errors::{Errors, with_errors};
use crate::syntax::runtime_path::{Home, RuntimePath};
use crate::syntax::tokens::code;
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};
use syn::spanned::Spanned;
use syn::{Data, DataEnum, DeriveInput, Field, Fields, Generics, Member, Type};

pub(crate) fn derive(item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    match syn::parse2::<DeriveInput>(item) {
        Ok(input) => {
            let implementation = implement(&input, &mut errors);
            with_errors(implementation, errors)
        }
        Err(error) => {
            errors.push(error);
            with_errors(TokenStream::new(), errors)
        }
    }
}

/// Writes the verdicts of one type.
struct Writer<'a> {
    rt: RuntimePath,
    generics: &'a Generics,
    asked: Vec<&'a Type>,
}

/// Where something is wrong, the trait is implemented all the same: rustc would report a
/// missing trait at every use.
fn implement(input: &DeriveInput, errors: &mut Errors) -> TokenStream {
    let of_type = TransientAttr::read(&input.attrs, errors);
    let mut writer = Writer {
        rt: RuntimePath::new(Home::Runtime, of_type.crate_path()),
        generics: &input.generics,
        asked: Vec::new(),
    };
    let body = match &input.data {
        Data::Enum(data) => {
            of_type.refuse_verdict(errors);
            Some(writer.of_enum(data, &input.ident, errors))
        }
        Data::Struct(data) => {
            refuse_on_fields(&data.fields, errors);
            writer.of_struct(&of_type, &data.fields, &input.ident, errors)
        }
        Data::Union(_) => {
            errors.at(
                input.ident.span(),
                "a union does not know which of its fields is set: implement `Transient` by hand",
            );
            None
        }
    };
    let rt = &writer.rt;
    let body = body.filter(|_| errors.is_empty());
    let body = body.unwrap_or_else(|| writer.fixed(FixedVerdict::PERMANENT));
    let name = &input.ident;
    let mut generics = input.generics.clone();
    if !writer.asked.is_empty() {
        let conditions = &mut generics.make_where_clause().predicates;
        for asked in &writer.asked {
            conditions.push(syn::parse_quote!(#asked: #rt::Transient));
        }
    }
    // What has generics may borrow.
    let injectable = generics.params.is_empty().then(|| {
        code! {
            #[automatically_derived]
            #[allow(deprecated)]
            impl #rt::Inject for #name {}
        }
    });
    let (generics, arguments, conditions) = generics.split_for_impl();
    code! {
        #injectable
        #[automatically_derived]
        #[allow(deprecated)]
        impl #generics #rt::Transient for #name #arguments #conditions {
            fn verdict(&self) -> #rt::Verdict {
                #body
            }
        }
    }
}

impl<'a> Writer<'a> {
    fn of_enum(&mut self, data: &'a DataEnum, name: &Ident, errors: &mut Errors) -> TokenStream {
        let mut marked = data.variants.is_empty();
        let mut plain: Vec<(FixedVerdict, Vec<TokenStream>)> = Vec::new();
        let mut arms = TokenStream::new();
        for variant in &data.variants {
            refuse_on_fields(&variant.fields, errors);
            let words = TransientAttr::read(&variant.attrs, errors);
            words.refuse_crate(errors);
            marked |= words.any();
            let ident = &variant.ident;
            let Some(answer) = words.answer(&variant.fields, ident, errors) else {
                continue;
            };
            let Some(field) = answer.field() else {
                let verdict = answer.verdict();
                let pattern = code!(Self::#ident { .. });
                match plain.iter_mut().find(|(its, _)| *its == verdict) {
                    Some((_, patterns)) => patterns.push(pattern),
                    None => plain.push((verdict, vec![pattern])),
                }
                continue;
            };
            let value = code!(__retry_field);
            let verdict = self.ask(&answer, &field, &value, &variant.fields);
            arms.extend(code!(Self::#ident { #field: #value, .. } => #verdict,));
        }
        if !marked && errors.is_empty() {
            errors.at(
                name.span(),
                format!("nothing says which variants of `{name}` are worth another attempt: {FORM} on them; where none is, say `#[transient(permanent)]` on one"),
            );
        }
        // One arm for each verdict: `A { .. } | B { .. } => transient`.
        for (verdict, patterns) in plain {
            let verdict = self.fixed(verdict);
            arms.extend(code!(#(#patterns)|* => #verdict,));
        }
        let value = if data.variants.is_empty() {
            code!(*self)
        } else {
            code!(self)
        };
        code!(match #value { #arms })
    }

    fn of_struct(
        &mut self,
        words: &TransientAttr,
        fields: &'a Fields,
        name: &Ident,
        errors: &mut Errors,
    ) -> Option<TokenStream> {
        if !words.any() && errors.is_empty() {
            errors.at(
                name.span(),
                format!("nothing says whether `{name}` is worth another attempt: {FORM} on it"),
            );
        }
        let answer = words.answer(fields, name, errors)?;
        let Some(field) = answer.field() else {
            return Some(self.fixed(answer.verdict()));
        };
        Some(self.ask(&answer, &field, &code!(&self.#field), fields))
    }

    /// `Verdict::permanent().against_service(true)`
    fn fixed(&self, verdict: FixedVerdict) -> TokenStream {
        let rt = &self.rt;
        let kind = Ident::new(verdict.kind.constructor(), Span::mixed_site());
        let overloaded = verdict.overloaded.then(|| code!(.overloaded()));
        let against = verdict
            .against
            .map(|against| code!(.against_service(#against)));
        code!(#rt::Verdict::#kind() #overloaded #against)
    }

    /// The verdict that a field gives, or adds its push-back to. The type of the field is
    /// written in the call, so that rustc's messages point at it.
    fn ask(
        &mut self,
        answer: &VerdictSource,
        member: &Member,
        value: &TokenStream,
        fields: &'a Fields,
    ) -> TokenStream {
        let rt = &self.rt;
        let Some(Field { ty, .. }) = attr::field(fields, member) else {
            return self.fixed(FixedVerdict::PERMANENT);
        };
        let span = ty.span().resolved_at(Span::mixed_site());
        match answer {
            VerdictSource::Forward(_) => {
                let ask = quote_spanned!(span=> #rt::forwarded::<#ty>(#value));
                if mentions(ty, self.generics) {
                    self.asked.push(ty);
                }
                ask
            }
            VerdictSource::Fixed { verdict, .. } => {
                let verdict = self.fixed(*verdict);
                quote_spanned!(span=> #rt::pushed_back::<#ty>(#verdict, #value))
            }
        }
    }
}

/// Whether a type mentions one of the generic parameters: only then does it need a bound.
fn mentions(ty: &Type, generics: &Generics) -> bool {
    fn any(tokens: TokenStream, is_parameter: &dyn Fn(&Ident) -> bool) -> bool {
        tokens.into_iter().any(|token| match token {
            TokenTree::Ident(ident) => is_parameter(&ident),
            TokenTree::Group(group) => any(group.stream(), is_parameter),
            _ => false,
        })
    }
    let is_parameter = |ident: &Ident| {
        generics
            .type_params()
            .any(|parameter| parameter.ident == *ident)
    };
    any(ty.to_token_stream(), &is_parameter)
}

/// Refuses a verdict on a field.
fn refuse_on_fields(fields: &Fields, errors: &mut Errors) {
    let attrs = fields.iter().flat_map(|field| &field.attrs);
    for attr in attrs.filter(|attr| attr.path().is_ident("transient")) {
        errors.on(
            attr,
            "`#[transient]` goes on the variant, or on the struct: it names a field as `#[transient(after = field)]` or `#[transient(forward = field)]`",
        );
    }
}
