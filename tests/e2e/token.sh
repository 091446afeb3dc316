# A signing token as a person has one, in one folder: a SoftHSM token with a key, its certificate, and the
# authority and the time stamp server that stand behind it. Source it after say.sh.
#
#   token_is_possible            are the tools there?
#   token_make FOLDER            makes FOLDER/token; the PIN is in FOLDER/token/pin
#   token_configure FOLDER       what FOLDER/khien.toml says of it

softhsm=/usr/lib/softhsm/libsofthsm2.so

token_is_possible() {
  [ -e "$softhsm" ] && command -v softhsm2-util pkcs11-tool openssl script pdfsig xmlsec1 >/dev/null
}

# name, subject, extensions
token_issue() {
  openssl req -newkey rsa:2048 -nodes -keyout "$1.key" -out "$1.csr" -subj "$2" -utf8
  printf '%b' "authorityKeyIdentifier=keyid\nsubjectKeyIdentifier=hash\n$3" >"$1.ext"
  openssl x509 -req -in "$1.csr" -CA ca.pem -CAkey ca.key -CAcreateserial -days 365 -out "$1.pem" -extfile "$1.ext"
}

token_make() (
  mkdir "$1/token" "$1/token/tokens"
  cd "$1/token"
  (umask 077 && printf '%012d' "$((0x$(openssl rand -hex 4)))" >pin)
  printf 'directories.tokendir = %s/tokens\nobjectstore.backend = file\nlog.level = ERROR\n' "$PWD" >softhsm2.conf
  export SOFTHSM2_CONF=$PWD/softhsm2.conf
  {
    openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 3650 -subj '/C=VN/CN=Test Root' -addext keyUsage=critical,keyCertSign,cRLSign
    token_issue sign '/C=VN/O=Công an tỉnh/CN=Nguyễn Văn An' 'keyUsage=critical,digitalSignature,nonRepudiation'
    token_issue tsa '/C=VN/CN=Test Time' 'keyUsage=critical,digitalSignature\nextendedKeyUsage=critical,timeStamping'
    openssl pkcs8 -topk8 -nocrypt -in sign.key -out sign.p8
    openssl x509 -in sign.pem -outform DER -out sign.der
    softhsm2-util --init-token --free --label khien-e2e --pin "$(cat pin)" --so-pin 87654321
    softhsm2-util --import sign.p8 --token khien-e2e --label sign --id 01 --pin "$(cat pin)"
    pkcs11-tool --module "$softhsm" --token-label khien-e2e --login --pin "$(cat pin)" --write-object sign.der --type cert --id 01 --label sign
    rm sign.p8 sign.key
    printf '[tsa]\ndefault_tsa = one\n[one]\nserial = %s/tsa.serial\ndigests = sha256\nsigner_digest = sha256\nsigner_cert = %s/tsa.pem\nsigner_key = %s/tsa.key\ncerts = %s/ca.pem\ndefault_policy = 1.2.3.4.1\nordering = no\ntsa_name = no\ness_cert_id_chain = no\n' \
      "$PWD" "$PWD" "$PWD" "$PWD" >tsa.cnf
    echo 01 >tsa.serial
    if [ "$(id -u)" = 0 ]; then chown -R nobody tokens; fi
    chmod 755 .
  } >make.log 2>&1 || {
    cat make.log >&2
    return 1
  }
)

# Nothing is sent: there is no url. But who would send is known.
token_configure() {
  printf '\n[sharing]\norgan_id = "000.00.00.H99"\norgan_name = "UBND Tỉnh Lam Giang"\n' >>"$1/khien.toml"
  sed -i "s|^\[hub\]\$|&\nsigning_module = \"$softhsm\"\nsigning_token = \"khien-e2e\"\nsigning_key = \"sign\"\nsigning_trust = \"$1/token/ca.pem\"|" "$1/khien.toml"
}
