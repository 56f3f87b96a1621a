//! Where secrets come from: the setting, or a key file beside the database.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

use data_encoding::{BASE64, BASE64_NOPAD, BASE64URL, BASE64URL_NOPAD, HEXLOWER_PERMISSIVE};

use super::{KeyError, Keys};
use crate::random::Random;

/// Name of the key file in the folder of the database.
pub const KEY_FILE: &str = "forenotice.keys";

impl Keys {
    /// From `FORENOTICE_SECRET_KEYS`: newest first, comma between, each hex or base64url of at least 32 bytes.
    pub fn parse(list: &str) -> Result<Self, KeyError> {
        let mut secrets = Vec::new();
        for (at, text) in list
            .split([',', '\n'])
            .map(str::trim)
            .filter(|text| !text.is_empty())
            .enumerate()
        {
            secrets.push(decode(text).ok_or(KeyError::Malformed(at + 1))?);
        }
        Self::from_secrets(&secrets)
    }

    /// The setting if it is there, else the key file, which is made if it is missing. The log says where the
    /// keys are from and never what they are.
    pub fn load(setting: Option<&str>, key_file: &Path, random: &Random) -> Result<Self, KeyError> {
        if let Some(list) = setting {
            let keys = Self::parse(list)?;
            tracing::info!(keys = ?keys.ids().collect::<Vec<_>>(), "secret keys from FORENOTICE_SECRET_KEYS");
            return Ok(keys);
        }
        let is_new = create(key_file, random).map_err(|error| failed(key_file, &error))?;
        let keys = Self::read(key_file)?;
        if is_new {
            tracing::warn!(
                file = %key_file.display(), key = keys.id(),
                "FORENOTICE_SECRET_KEYS is not set: a key file was made. Keep a copy apart from the database; without it addresses cannot be read and links stop working"
            );
        } else {
            tracing::info!(file = %key_file.display(), key = keys.id(), "secret keys from the key file");
        }
        Ok(keys)
    }

    /// [`Keys::load`] for commands that work on what is there: a missing key file is an error, not made.
    pub fn find(setting: Option<&str>, key_file: &Path) -> Result<Self, KeyError> {
        setting.map_or_else(|| Self::read(key_file), Self::parse)
    }

    fn read(key_file: &Path) -> Result<Self, KeyError> {
        let text = fs::read_to_string(key_file).map_err(|error| failed(key_file, &error))?;
        let lines: Vec<&str> = text
            .lines()
            .filter(|line| !line.trim_start().starts_with('#'))
            .collect();
        let keys = Self::parse(&lines.join("\n")).map_err(|error| {
            failed(
                key_file,
                &error.to_string().replace("FORENOTICE_SECRET_KEYS", "the file"),
            )
        })?;
        let mode = fs::metadata(key_file)
            .map_err(|error| failed(key_file, &error))?
            .permissions()
            .mode();
        if mode & 0o077 != 0 {
            tracing::warn!(file = %key_file.display(), "key file can be read by others: chmod 600 it");
        }
        Ok(keys)
    }
}

fn failed(key_file: &Path, cause: &dyn std::fmt::Display) -> KeyError {
    KeyError::File {
        path: key_file.to_owned(),
        cause: cause.to_string(),
    }
}

/// Hex if every character is a hex digit, else base64url (the plain alphabet and padding are accepted too).
fn decode(text: &str) -> Option<Vec<u8>> {
    let bytes = text.as_bytes();
    if bytes.iter().all(u8::is_ascii_hexdigit) {
        return HEXLOWER_PERMISSIVE.decode(bytes).ok();
    }
    [BASE64URL_NOPAD, BASE64URL, BASE64_NOPAD, BASE64]
        .iter()
        .find_map(|alphabet| alphabet.decode(bytes).ok())
}

/// Makes the key file with one new secret; false if one is there already. Whole or not at all: the text is
/// written to a file of its own, forced to disk, and then linked to the name, which fails if another process was first.
fn create(path: &Path, random: &Random) -> io::Result<bool> {
    if path.try_exists()? {
        return Ok(false);
    }
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let draft = folder.join(format!(
        ".{KEY_FILE}.{}",
        data_encoding::HEXLOWER.encode(&random.bytes::<8>())
    ));
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&draft)?;
    let written = file
        .write_all(
            format!(
                "# Secret keys of Forenotice, newest first, one a line. Keep a copy apart from the database.\n{}\n",
                BASE64URL_NOPAD.encode(&random.bytes::<32>())
            )
            .as_bytes(),
        )
        .and_then(|()| file.sync_all())
        .and_then(|()| fs::hard_link(&draft, path));
    fs::remove_file(&draft)?;
    match written {
        Ok(()) => File::open(folder)?.sync_all().map(|()| true),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error),
    }
}
