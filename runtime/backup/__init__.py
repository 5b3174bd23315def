"""Copies of a whole panel: made while it runs, and put back into an empty place.

    archive     one file: the database, the uploads, a manifest with the digest of each
    dumping     the database of each kind into the archive, and out of it
    sealing     the secret key under a passphrase
    making      backup
    restoring   restore
    embedded    the copy that is made before the embedded database is changed
"""
