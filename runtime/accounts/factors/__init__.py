"""The second proof of who somebody is, after the password.

    totp            codes of an authenticator app (RFC 6238), no database
    locks           how long a factor waits after wrong codes, no database
    store           the factors of an account: each right code once, wrong ones counted
    backup_codes    ten codes for who has lost their device
    devices         browsers in which nothing more is asked
    pending         a right password that waits for the second proof
"""
