/**
 * A certificate for localhost that no authority has signed, with its key, for tests on loopback:
 * valid for a hundred years and used nowhere else.
 */
export const electrumCertificate = {
  cert: `-----BEGIN CERTIFICATE-----
MIIBnDCCAUGgAwIBAgIUfvyPwkHjC4fHOUD8YgvGGlywJqowCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMjIwNTAyNloYDzIxMjYxMDI5
MjA1MDI2WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAATHGd6kQgpI+9BHxKdHaxNX4azGoGdS+1wA9uF4Xsn/nCcAbacv1LGf
KmSMdDrWuyP2g015KbHzhhVll5KTsZJEo28wbTAdBgNVHQ4EFgQUduV/YYAaQILP
VdXiulCxfuzZ+cowHwYDVR0jBBgwFoAUduV/YYAaQILPVdXiulCxfuzZ+cowDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
zj0EAwIDSQAwRgIhAJgdRp4Pwq14bmlKvprg2txkC/zMs04gIJxpPbAke099AiEA
9dpHV72B1dOAF0NlOfZLi9JC1OoT4mbBsI14sN0F3bc=
-----END CERTIFICATE-----`,
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQglI2z/5SLrvGqha/H
FTVeTqKvNwZYbk/n8jPLgQ7ki4qhRANCAATHGd6kQgpI+9BHxKdHaxNX4azGoGdS
+1wA9uF4Xsn/nCcAbacv1LGfKmSMdDrWuyP2g015KbHzhhVll5KTsZJE
-----END PRIVATE KEY-----`,
  /** SHA-256 of the certificate, as openssl shows it. */
  fingerprint:
    '3A:B1:81:01:5C:BB:5E:BC:C5:CA:B1:C2:11:03:1A:5A:ED:3E:E4:91:86:95:56:F4:4C:2B:12:8E:8E:36:A1:45',
};
