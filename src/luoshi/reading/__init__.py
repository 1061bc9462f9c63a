"""Text in: a work report becomes an outline, quantities, commitments, achievements and a glossary. Pure."""
