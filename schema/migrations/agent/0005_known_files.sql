-- owner: agent     only src/agent writes these tables
-- why:   which files hold nothing to tell is kept in a file of its own, where a
--        look-up costs a tenth and keeps the hash (src/agent/known_table.hpp)

DROP TABLE verdict;
