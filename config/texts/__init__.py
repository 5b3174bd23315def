"""Words of people's languages: sentences that can be said later, catalogues, translated labels."""
