// Package worker is code under test that sends its requests on goroutines of its own.
package worker

import "net/http"

// Get sends a GET request and returns a channel for its error.
func Get(client *http.Client, url string) <-chan error {
	done := make(chan error, 1)
	go get(client, url, done)
	return done
}

func get(client *http.Client, url string, done chan<- error) {
	_, err := client.Get(url) // miss: of the code under test
	done <- err
}
