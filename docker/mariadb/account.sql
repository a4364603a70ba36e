FLUSH PRIVILEGES;
CREATE DATABASE mail CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE USER mail@'%' IDENTIFIED BY 'mail';
GRANT ALL ON *.* TO mail@'%' WITH GRANT OPTION;
-- Whoever runs commands in the container.
CREATE USER mysql@localhost IDENTIFIED VIA unix_socket;
GRANT ALL ON *.* TO mysql@localhost WITH GRANT OPTION;
