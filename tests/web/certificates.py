"""Certificates for tests, made by openssl in the folder of the test."""

import ssl
import subprocess


class Certificates:
    """Of a test with a `folder`."""

    def openssl(self, *arguments):
        subprocess.run(["openssl", *arguments], check=True, capture_output=True, cwd=self.folder)

    def make_authority(self, name):
        self.openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                     "-nodes", "-keyout", f"{name}.key", "-out", f"{name}.crt", "-days", "2",
                     "-subj", f"/CN={name}")

    def make_certificate(self, name, authority, names="DNS:localhost"):
        """NAME.key and NAME.crt, signed by AUTHORITY, for these subject alternative names."""
        (self.folder / f"{name}.ext").write_text(f"subjectAltName={names}\n")
        self.openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                     "-nodes", "-keyout", f"{name}.key", "-out", f"{name}.csr",
                     "-subj", f"/CN={name}")
        self.openssl("x509", "-req", "-in", f"{name}.csr", "-CA", f"{authority}.crt", "-CAkey",
                     f"{authority}.key", "-CAcreateserial", "-out", f"{name}.crt", "-days", "2",
                     "-extfile", f"{name}.ext")

    def client(self, authority="authority", certificate=None, version=None):
        context = ssl.create_default_context(cafile=self.folder / f"{authority}.crt")
        if certificate:
            context.load_cert_chain(self.folder / f"{certificate}.crt",
                                    self.folder / f"{certificate}.key")
        if version:
            context.minimum_version = context.maximum_version = version
        return context
