use std::os::unix::fs::PermissionsExt;

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::random::Random;

fn secret(byte: u8) -> Vec<u8> {
    (0..32).map(|at| at ^ byte).collect()
}

fn ring(bytes: &[u8]) -> Keys {
    Keys::from_secrets(&bytes.iter().map(|byte| secret(*byte)).collect::<Vec<_>>()).unwrap()
}

#[test]
fn a_value_sealed_before_a_rotation_opens_after_it_and_new_ones_use_the_new_key() {
    let random = Random::seeded(1);
    let sealed = ring(&[1]).seal("contacts.email:7", b"anna@kunde.example", &random);
    let rotated = ring(&[2, 1]);
    assert_eq!(
        rotated
            .open("contacts.email:7", &sealed.key_id, &sealed.bytes)
            .unwrap(),
        b"anna@kunde.example"
    );
    assert_eq!(rotated.seal("x", b"", &random).key_id, ring(&[2]).id());
}

#[test]
fn a_removed_key_is_named_loudly() {
    let sealed = ring(&[1]).seal("x", b"value", &Random::seeded(1));
    let error = ring(&[2]).open("x", &sealed.key_id, &sealed.bytes).unwrap_err();
    assert!(matches!(&error, KeyError::Unknown(id) if *id == sealed.key_id));
    assert!(error.to_string().contains("FORENOTICE_SECRET_KEYS"));
    assert!(matches!(
        ring(&[2]).is_signature(&sealed.key_id, b"", &[0; 64]),
        Err(KeyError::Unknown(_))
    ));
}

#[test]
fn a_sealed_value_opens_in_its_own_place_only() {
    let keys = ring(&[1]);
    let (a, b) = (Uuid::from_u128(1), Uuid::from_u128(2));
    let sealed = keys.seal(&field("contacts", "email", a), b"value", &Random::seeded(1));
    for context in [
        field("contacts", "email", b),
        field("contacts", "name", a),
        field("mails", "email", a),
    ] {
        assert!(matches!(
            keys.open(&context, &sealed.key_id, &sealed.bytes),
            Err(KeyError::Altered(_))
        ));
    }
    assert!(matches!(
        keys.open("x", &sealed.key_id, &[]),
        Err(KeyError::Altered(_))
    ));
}

#[test]
fn the_blind_index_survives_a_rotation_and_tells_purposes_apart() {
    let (before, after) = (ring(&[1]), ring(&[2, 1]));
    assert_eq!(
        before.blind_index("contact", "a@b.example"),
        after.blind_index("contact", "a@b.example")
    );
    assert_eq!(before.index_id(), after.index_id());
    assert_ne!(
        after.blind_index("contact", "a@b.example"),
        after.blind_index("subscriber", "a@b.example")
    );
    assert_ne!(after.index_id(), ring(&[3, 2]).index_id());
}

#[test]
fn a_link_of_one_purpose_never_works_as_another() {
    let keys = ring(&[1]);
    let id = Uuid::from_u128(0x0192_0000_0000_7000_8000_0000_0000_0001);
    for made in Purpose::ALL {
        for used in Purpose::ALL {
            assert_eq!(
                keys.open_link(used, &keys.link(made, id)),
                (made == used).then_some(id)
            );
        }
    }
}

#[test]
fn a_link_made_with_an_older_key_works_until_that_key_is_removed() {
    let id = Uuid::from_u128(5);
    let token = ring(&[1]).link(Purpose::Notice, id);
    assert_eq!(token.len(), 43);
    assert_eq!(ring(&[3, 2, 1]).open_link(Purpose::Notice, &token), Some(id));
    assert_eq!(ring(&[3, 2]).open_link(Purpose::Notice, &token), None);
}

#[test]
fn a_form_token_comes_back_only_for_its_own_purpose_and_message() {
    let given = ring(&[1]).mac("form", b"session 1");
    let keys = ring(&[2, 1]);
    assert!(keys.is_mac("form", b"session 1", &given));
    assert!(!keys.is_mac("form", b"session 2", &given));
    assert!(!keys.is_mac("other", b"session 1", &given));
    assert!(!keys.is_mac("form", b"session 1", &given[..16]));
    assert!(!keys.is_mac("form", b"session 1", b""));
}

#[test]
fn a_single_use_token_is_found_by_its_hash_and_its_kind() {
    let random = Random::seeded(1);
    let (token, hash) = new_token(Ticket::Confirm, &random);
    assert_eq!(token.len(), 43);
    assert_eq!(token_hash(Ticket::Confirm, &token), hash);
    assert_ne!(token_hash(Ticket::PasswordReset, &token), hash);
    assert_ne!(new_token(Ticket::Confirm, &random).0, token);
}

#[test]
fn a_signature_of_an_older_key_stays_verifiable() {
    let signature = ring(&[1]).sign(b"head");
    let keys = ring(&[2, 1]);
    assert!(
        keys.is_signature(&signature.key_id, b"head", &signature.bytes)
            .unwrap()
    );
    assert!(
        !keys
            .is_signature(&signature.key_id, b"heads", &signature.bytes)
            .unwrap()
    );
    assert!(!keys.is_signature(keys.id(), b"head", &signature.bytes).unwrap());
    let stranger = keys
        .public_keys()
        .into_iter()
        .find(|key| key.key_id == signature.key_id)
        .unwrap();
    assert!(stranger.is_signature(b"head", &signature.bytes));
    assert!(!stranger.is_signature(b"head", &signature.bytes[..63]));
}

#[test]
fn nothing_secret_is_ever_printed() {
    let keys = ring(&[1]);
    let sealed = keys.seal("x", b"anna@kunde.example", &Random::seeded(1));
    let printed = format!("{keys:?} {sealed:?}");
    assert_eq!(
        printed,
        format!("Keys([\"{}\"]) Sealed({}, 58 bytes)", keys.id(), keys.id())
    );
}

#[test]
fn a_list_of_keys_is_read_in_hex_and_base64url() {
    let hex = data_encoding::HEXUPPER.encode(&secret(1));
    let base64 = data_encoding::BASE64URL_NOPAD.encode(&secret(2));
    let keys = Keys::parse(&format!(" {base64} , {hex},")).unwrap();
    assert_eq!(
        keys.ids().collect::<Vec<_>>(),
        ring(&[2, 1]).ids().collect::<Vec<_>>()
    );
}

#[test]
fn a_bad_list_of_keys_is_refused_with_its_place_and_without_its_text() {
    let good = data_encoding::HEXLOWER.encode(&secret(1));
    for (list, message) in [
        (String::new(), "FORENOTICE_SECRET_KEYS holds no key"),
        (" , ".to_owned(), "FORENOTICE_SECRET_KEYS holds no key"),
        (
            format!("{good},aGVsbG8"),
            "FORENOTICE_SECRET_KEYS: key 2 is weaker than 32 random bytes",
        ),
        (
            format!("{good},not base64!"),
            "FORENOTICE_SECRET_KEYS: key 2 is neither hex nor base64url",
        ),
        (
            format!("{good},abc"),
            "FORENOTICE_SECRET_KEYS: key 2 is neither hex nor base64url",
        ),
        (
            "00".repeat(32),
            "FORENOTICE_SECRET_KEYS: key 1 is weaker than 32 random bytes",
        ),
        (
            format!("{good},{good}"),
            "FORENOTICE_SECRET_KEYS: key 2 stands in the list twice",
        ),
    ] {
        let refused = Keys::parse(&list).map(|_| ()).unwrap_err().to_string();
        assert_eq!(refused, message);
    }
}

#[test]
fn a_key_file_is_made_once_and_for_the_owner_only() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new").join(KEY_FILE);
    let first = Keys::load(None, &path, &Random::seeded(1)).unwrap();
    let second = Keys::load(None, &path, &Random::seeded(2)).unwrap();
    assert_eq!(first.id(), second.id());
    assert_eq!(
        std::fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o600
    );
    assert_eq!(
        std::fs::read_dir(path.parent().unwrap()).unwrap().count(),
        1,
        "no draft is left"
    );
}

#[test]
fn many_starts_at_once_agree_on_one_key_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(KEY_FILE);
    let ids: Vec<String> = std::thread::scope(|scope| {
        let starts: Vec<_> = (0..8)
            .map(|seed| {
                let path = &path;
                scope.spawn(move || {
                    Keys::load(None, path, &Random::seeded(seed))
                        .unwrap()
                        .id()
                        .to_owned()
                })
            })
            .collect();
        starts.into_iter().map(|start| start.join().unwrap()).collect()
    });
    assert!(ids.windows(2).all(|pair| pair[0] == pair[1]), "{ids:?}");
}

#[test]
fn a_damaged_key_file_stops_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(KEY_FILE);
    std::fs::write(&path, "# nothing\n").unwrap();
    let error = Keys::load(None, &path, &Random::seeded(1))
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("the file holds no key") && error.contains(KEY_FILE),
        "{error}"
    );
}

proptest! {
    #[test]
    fn whatever_is_sealed_opens_again(plain: Vec<u8>, context: String, seed: u64) {
        let keys = ring(&[1]);
        let sealed = keys.seal(&context, &plain, &Random::seeded(seed));
        prop_assert_eq!(keys.open(&context, &sealed.key_id, &sealed.bytes).unwrap(), plain);
    }

    #[test]
    fn any_flipped_bit_is_refused(plain: Vec<u8>, at: prop::sample::Index, bit in 0u8..8) {
        let keys = ring(&[1]);
        let mut sealed = keys.seal("x", &plain, &Random::seeded(9));
        let at = at.index(sealed.bytes.len());
        sealed.bytes[at] ^= 1 << bit;
        prop_assert!(keys.open("x", &sealed.key_id, &sealed.bytes).is_err());
    }

    #[test]
    fn any_other_token_is_refused(id: u128, at in 0usize..43, with in "[A-Za-z0-9_-]") {
        let keys = ring(&[2, 1]);
        let token = keys.link(Purpose::Notice, Uuid::from_u128(id));
        let mut other = token.clone();
        other.replace_range(at..=at, &with);
        prop_assert_eq!(keys.open_link(Purpose::Notice, &other).is_some(), other == token);
    }

    #[test]
    fn any_text_as_a_token_is_refused_quietly(token: String) {
        prop_assert_eq!(ring(&[1]).open_link(Purpose::Notice, &token), None);
    }
}
