//go:build unix

package disk_test

import (
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/disk"
)

func link(t *testing.T, target, path string) {
	t.Helper()
	if err := os.Symlink(target, path); err != nil {
		t.Fatal(err)
	}
}

// Whatever a folder holds, opening it neither waits nor leaves the folder.
func TestReadFileRefuses(t *testing.T) {
	elsewhere, dir := t.TempDir(), t.TempDir()
	path := func(name string) string { return filepath.Join(dir, name) }
	secret := filepath.Join(elsewhere, "secret")
	put(t, secret, "secret")
	put(t, path("file"), "content")
	if err := syscall.Mkfifo(path("pipe"), 0o666); err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("unix", path("socket"))
	if err != nil {
		t.Skip(err) // the path may be too long
	}
	defer listener.Close()
	back, err := filepath.Rel(dir, secret)
	if err != nil {
		t.Fatal(err)
	}
	link(t, secret, path("absolute"))
	link(t, back, path("relative"))
	link(t, "absolute", path("chain"))
	link(t, "/dev/zero", path("device"))
	link(t, "pipe", path("to-pipe"))
	link(t, "file", path("to-file"))
	link(t, "nothing", path("dangling"))
	link(t, filepath.Join(elsewhere, "nothing"), path("dangling-outside"))
	const out = "a symbolic link that leads out of its folder"
	for name, is := range map[string]string{
		"pipe": "not a file", "socket": "not a file", "to-pipe": "not a file", ".": "not a file",
		"absolute": out, "relative": out, "chain": out, "device": out, "dangling-outside": out,
	} {
		data, _, err := disk.ReadFile(path(name))
		var flaw *disk.Flaw
		if data != nil || !errors.As(err, &flaw) || flaw.Is != is {
			t.Errorf("%s: read is %q, error %v", name, data, err)
		}
	}
	if _, _, err := disk.ReadFile(path("dangling")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a link to nothing: the error is %v", err)
	}
	link(t, dir, filepath.Join(elsewhere, "folder"))
	for _, file := range []string{path("to-file"), filepath.Join(elsewhere, "folder", "file")} {
		if data, _, err := disk.ReadFile(file); err != nil || string(data) != "content" {
			t.Errorf("%s: read is %q, error %v", file, data, err)
		}
	}
}

// A link, or a pipe, in the place of a body is neither followed nor kept.
func TestBodiesAreNoLinks(t *testing.T) {
	elsewhere, dir := t.TempDir(), t.TempDir()
	path, body, pipe := filepath.Join(dir, "a.yaml"), disk.NameOf([]byte("body"), "txt"), disk.NameOf([]byte("pipe"), "txt")
	folder := filepath.Join(dir, disk.BodiesFolder)
	put(t, filepath.Join(elsewhere, "body"), "body")
	put(t, filepath.Join(elsewhere, "cassette"), "other")
	put(t, filepath.Join(folder, "kept"), "kept")
	link(t, filepath.Join(elsewhere, "body"), filepath.Join(folder, body))
	link(t, filepath.Join(elsewhere, "cassette"), path)
	if err := syscall.Mkfifo(filepath.Join(folder, pipe), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{body, pipe} {
		var flaw *disk.Flaw
		if _, err := fs.ReadFile(disk.Bodies(path), name); !errors.As(err, &flaw) {
			t.Errorf("%s: the error is %v", name, err)
		}
	}
	if _, err := disk.Replace(dir, path, text("one", "body", "pipe")); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{path, filepath.Join(folder, body), filepath.Join(folder, pipe)} {
		if info, err := os.Lstat(name); err != nil || !info.Mode().IsRegular() {
			t.Errorf("%s is %v, error %v", name, info, err)
		}
	}
	check(t, elsewhere, map[string]string{"body": "body", "cassette": "other"})
}

// Nor is a folder of bodies that is one.
func TestTheFolderOfBodiesIsNoLink(t *testing.T) {
	elsewhere, dir := t.TempDir(), t.TempDir()
	path, body := filepath.Join(dir, "a.yaml"), disk.NameOf([]byte("body"), "txt")
	link(t, elsewhere, filepath.Join(dir, disk.BodiesFolder))
	var flaw *disk.Flaw
	if _, err := disk.Replace(dir, path, text("one", "body")); !errors.As(err, &flaw) {
		t.Errorf("written: the error is %v", err)
	}
	check(t, elsewhere, map[string]string{})
	put(t, filepath.Join(elsewhere, body), "body")
	if _, err := fs.ReadFile(disk.Bodies(path), body); !errors.As(err, &flaw) {
		t.Errorf("read: the error is %v", err)
	}
}

func TestInside(t *testing.T) {
	elsewhere, dir := t.TempDir(), t.TempDir()
	link(t, elsewhere, filepath.Join(dir, "out"))
	link(t, "real", filepath.Join(dir, "in"))
	if err := os.Mkdir(filepath.Join(dir, "real"), 0o777); err != nil {
		t.Fatal(err)
	}
	for name, inside := range map[string]bool{
		"a.yaml": true, "new/a.yaml": true, "real/new/a.yaml": true, "in/a.yaml": true,
		"out/a.yaml": false, "out/new/a.yaml": false, "in/../out/a.yaml": false,
	} {
		err := disk.Inside(dir, name)
		if (err == nil) != inside {
			t.Errorf("%s: the error is %v", name, err)
		}
	}
	if err := disk.Inside(filepath.Join(dir, "nowhere"), "a/b.yaml"); err != nil {
		t.Errorf("no folder: the error is %v", err)
	}
	link(t, dir, filepath.Join(elsewhere, "folder"))
	if err := disk.Inside(filepath.Join(elsewhere, "folder"), "real/a.yaml"); err != nil {
		t.Errorf("the folder is a link: the error is %v", err)
	}
}
