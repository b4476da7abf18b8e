// Package serviceaccount signs in at Google as a service account, by its key file.
//
// A service account is a user without a person: its key signs a short statement, for which Google
// gives a token that is good for an hour. The key never leaves the machine.
package serviceaccount

import (
	"context"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/jwt"
)

// An Account is what a key file says.
type Account struct {
	Email  string // as whom it signs in: whom to give access to
	config jwt.Config
}

// Parse reads the text of a key file (JSON, as Google's console hands it out). scope is what the
// tokens may be used for, such as https://www.googleapis.com/auth/analytics.readonly. No error
// shows any of the text.
func Parse(text, scope string) (*Account, error) {
	var file struct {
		Type     string `json:"type"`
		Email    string `json:"client_email"`
		KeyID    string `json:"private_key_id"`
		Key      string `json:"private_key"`
		TokenURI string `json:"token_uri"`
	}
	if err := json.Unmarshal([]byte(text), &file); err != nil {
		return nil, errors.New("the key file is no JSON: download the service account's key again, as JSON")
	}
	if file.Type != "service_account" || file.Email == "" || file.TokenURI == "" {
		return nil, errors.New("the key file is not that of a service account: it wants type service_account, client_email, private_key and token_uri")
	}
	block, _ := pem.Decode([]byte(file.Key))
	if block == nil {
		return nil, errors.New("the key file's private_key is no key in PEM form: download the service account's key again, as JSON")
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if _, isRSA := key.(*rsa.PrivateKey); err != nil || !isRSA {
		return nil, errors.New("the key file's private_key cannot be read: download the service account's key again, as JSON")
	}
	return &Account{Email: file.Email, config: jwt.Config{
		Email: file.Email, PrivateKey: []byte(file.Key), PrivateKeyID: file.KeyID, Scopes: []string{scope}, TokenURL: file.TokenURI,
	}}, nil
}

// Secrets are the texts that no message may show.
func (a *Account) Secrets() []string { return []string{string(a.config.PrivateKey)} }

// Tokens are an account's tokens, one after the other. They may be asked for at the same time.
type Tokens struct {
	account *Account
	source  oauth2.TokenSource
}

// SignIn makes tokens, which client asks for when they are needed. ctx ends the asking.
func (a *Account) SignIn(ctx context.Context, client *http.Client) *Tokens {
	ctx = context.WithValue(ctx, oauth2.HTTPClient, client)
	return &Tokens{account: a, source: a.config.TokenSource(ctx)}
}

// Token is a token that is good now: the one before, or a new one where that has nearly ended.
func (t *Tokens) Token() (string, error) {
	token, err := t.source.Token()
	if err == nil {
		return token.AccessToken, nil
	}
	place := t.account.Email + " cannot sign in at " + t.account.config.TokenURL
	refused, ok := errors.AsType[*oauth2.RetrieveError](err)
	if !ok {
		return "", fmt.Errorf("%s: %w", place, err)
	}
	var reason struct {
		Code string `json:"error"`
		Text string `json:"error_description"`
	}
	if json.Unmarshal(refused.Body, &reason) != nil || reason.Code == "" {
		return "", fmt.Errorf("%s: status %d", place, refused.Response.StatusCode)
	}
	return "", fmt.Errorf("%s: %s: %s: look whether its key was withdrawn, and whether this machine's clock is right", place, reason.Code, reason.Text)
}
