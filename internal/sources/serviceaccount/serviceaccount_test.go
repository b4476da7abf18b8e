package serviceaccount

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"footfall/internal/sources/asking"
)

const scope = "https://www.googleapis.com/auth/analytics.readonly"

// keyFile makes an account's key and file.
func keyFile(t *testing.T, tokenURI string) (*rsa.PrivateKey, string) {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	file, err := json.Marshal(map[string]string{
		"type": "service_account", "client_email": "reader@project.example.com", "private_key_id": "key-1", "token_uri": tokenURI,
		"private_key": string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})),
	})
	if err != nil {
		t.Fatal(err)
	}
	return key, string(file)
}

// claims checks the statement's signature and returns what it says.
func claims(t *testing.T, key *rsa.PrivateKey, assertion string) map[string]any {
	t.Helper()
	parts := strings.Split(assertion, ".")
	if len(parts) != 3 {
		t.Fatalf("the assertion has %d parts", len(parts))
	}
	signature, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	if err := rsa.VerifyPKCS1v15(&key.PublicKey, crypto.SHA256, sum[:], signature); err != nil {
		t.Errorf("the signature: %v", err)
	}
	text, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		t.Fatal(err)
	}
	said := map[string]any{}
	if err := json.Unmarshal(text, &said); err != nil {
		t.Fatal(err)
	}
	return said
}

// signIn asks for tokens twice, of a server that answers by its number, from 1.
func signIn(t *testing.T, serve func(n int, key *rsa.PrivateKey, w http.ResponseWriter, r *http.Request)) (tokens []string, requests int, err error) {
	t.Helper()
	var key *rsa.PrivateKey
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests++
		serve(requests, key, w, r)
	}))
	defer server.Close()
	var file string
	key, file = keyFile(t, server.URL+"/token")
	account, err := Parse(file, scope)
	if err != nil {
		t.Fatal(err)
	}
	client := asking.New(asking.Config{
		Retries: 1, Secrets: account.Secrets(), Now: func() time.Time { return time.Date(2026, 10, 1, 6, 0, 0, 0, time.UTC) },
		Pause: func(time.Duration) time.Duration { return 0 },
	})
	defer client.Close()
	source := account.SignIn(t.Context(), client.HTTP())
	for range 2 {
		token, err := source.Token()
		if err != nil {
			return tokens, requests, err
		}
		tokens = append(tokens, token)
	}
	return tokens, requests, nil
}

func TestTokenIsAskedForOnce(t *testing.T) {
	tokens, requests, err := signIn(t, func(n int, key *rsa.PrivateKey, w http.ResponseWriter, r *http.Request) {
		said := claims(t, key, r.FormValue("assertion"))
		want := map[string]any{"iss": "reader@project.example.com", "scope": scope, "aud": "http://" + r.Host + "/token"}
		delete(said, "iat")
		delete(said, "exp")
		if diff := cmp.Diff(want, said); diff != "" {
			t.Errorf("the statement (-want +got):\n%s", diff)
		}
		if r.FormValue("grant_type") != "urn:ietf:params:oauth:grant-type:jwt-bearer" {
			t.Errorf("grant type %q", r.FormValue("grant_type"))
		}
		if n == 1 { // an overloaded server is asked again
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		fmt.Fprint(w, `{"access_token": "a-token", "expires_in": 3599, "token_type": "Bearer"}`)
	})
	if diff := cmp.Diff([]string{"a-token", "a-token"}, tokens); diff != "" || requests != 2 || err != nil {
		t.Errorf("%d requests, %v; tokens (-want +got):\n%s", requests, err, diff)
	}
}

func TestRefusalSaysWhy(t *testing.T) {
	_, _, err := signIn(t, func(_ int, _ *rsa.PrivateKey, w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprint(w, `{"error": "invalid_grant", "error_description": "Invalid JWT Signature."}`)
	})
	for _, want := range []string{"reader@project.example.com cannot sign in at http://", "invalid_grant: Invalid JWT Signature.", "withdrawn"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("the error is %v, want %q in it", err, want)
		}
	}
}

// The statement is as good as a password while it is valid, and a broken connection echoes nothing.
func TestErrorsShowNoKey(t *testing.T) {
	var assertion string
	_, _, err := signIn(t, func(_ int, _ *rsa.PrivateKey, w http.ResponseWriter, r *http.Request) {
		assertion = r.FormValue("assertion")
		w.Header().Set("Content-Length", "1000")
		fmt.Fprint(w, "half")
	})
	if err == nil || strings.Contains(err.Error(), "PRIVATE KEY") || strings.Contains(err.Error(), assertion) {
		t.Errorf("the error is %v", err)
	}
}

func TestParseRefuses(t *testing.T) {
	_, good := keyFile(t, "https://auth.example.com/token")
	cases := map[string]struct{ text, want string }{
		"no JSON":               {"AIzaInvented", "is no JSON"},
		"another kind of file":  {`{"installed": {"client_id": "x"}}`, "not that of a service account"},
		"a key that is no key":  {strings.Replace(good, "BEGIN PRIVATE", "BEGIN", 1), "no key in PEM form"},
		"a key that is damaged": {strings.Replace(good, "MII", "AAA", 1), "cannot be read"},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := Parse(test.text, scope)
			if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "AIza") {
				t.Errorf("the error is %v, want %q in it", err, test.want)
			}
		})
	}
}
