/* probe: the health check of every container, small enough to run each two seconds.
 *
 *   probe http  PORT PATH [LATER]  200-299 from http://127.0.0.1:PORT/PATH; once that was so, LATER is asked instead
 *   probe https PORT PATH [LATER]  the same over TLS, verified against /run/secrets/ca.crt for the name localhost
 *   probe file  PATH SECONDS       PATH was touched within SECONDS
 *
 * LATER is for Swarm, which kills what is unhealthy: whether a process is ready decides when it is let in (PATH), and only
 * whether it lives decides when it has to go (LATER).
 *
 * exit 0: healthy, 1: not, 2: wrong usage.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#include <mbedtls/net_sockets.h>
#include <mbedtls/ssl.h>
#include <mbedtls/x509_crt.h>
#include <psa/crypto.h>

#define CA_FILE "/run/secrets/ca.crt"
#define TIMEOUT_SECONDS 3
/* In a tmpfs, which a container that starts anew finds empty. */
#define WAS_READY_FILE "/tmp/probe.was-ready"

static int unhealthy(const char *what)
{
    fprintf(stdout, "probe: %s\n", what);
    return 1;
}

static int fresh(const char *path, long seconds)
{
    struct stat file;
    if (stat(path, &file) != 0)
        return unhealthy("the heartbeat file is not there");
    return time(NULL) - file.st_mtime <= seconds ? 0 : unhealthy("the heartbeat file is old");
}

static int dial(int port)
{
    struct timeval timeout = {.tv_sec = TIMEOUT_SECONDS};
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof timeout);
    if (connect(fd, (struct sockaddr *)&address, sizeof address) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

/* The status line is all that counts: "HTTP/1.1 204 ..." */
static int verdict(const char *reply, int length)
{
    if (length >= 12 && strncmp(reply, "HTTP/1.", 7) == 0 && reply[9] == '2')
        return 0;
    fprintf(stdout, "probe: %.*s\n", length > 80 ? 80 : length, reply);
    return 1;
}

static int ask_plain(int fd, const char *request, size_t size, char *reply, int room)
{
    int length = 0, got;
    if (write(fd, request, size) != (ssize_t)size)
        return -1;
    while (length < 12 && (got = (int)read(fd, reply + length, (size_t)(room - length))) > 0)
        length += got;
    return length;
}

static int ask_tls(int fd, const char *request, size_t size, char *reply, int room)
{
    static mbedtls_ssl_context tls;
    static mbedtls_ssl_config config;
    static mbedtls_x509_crt ca;
    static mbedtls_entropy_context entropy;
    static mbedtls_ctr_drbg_context random;
    mbedtls_net_context net = {.fd = fd};
    int length = 0, got;

    mbedtls_ssl_init(&tls);
    mbedtls_ssl_config_init(&config);
    mbedtls_x509_crt_init(&ca);
    mbedtls_entropy_init(&entropy);
    mbedtls_ctr_drbg_init(&random);
    if (psa_crypto_init() != PSA_SUCCESS || mbedtls_x509_crt_parse_file(&ca, CA_FILE) != 0
        || mbedtls_ctr_drbg_seed(&random, mbedtls_entropy_func, &entropy, NULL, 0) != 0
        || mbedtls_ssl_config_defaults(&config, MBEDTLS_SSL_IS_CLIENT, MBEDTLS_SSL_TRANSPORT_STREAM, MBEDTLS_SSL_PRESET_DEFAULT) != 0)
        return -1;
    mbedtls_ssl_conf_ca_chain(&config, &ca, NULL);
    mbedtls_ssl_conf_authmode(&config, MBEDTLS_SSL_VERIFY_REQUIRED);
    mbedtls_ssl_conf_rng(&config, mbedtls_ctr_drbg_random, &random);
    if (mbedtls_ssl_setup(&tls, &config) != 0 || mbedtls_ssl_set_hostname(&tls, "localhost") != 0)
        return -1;
    mbedtls_ssl_set_bio(&tls, &net, mbedtls_net_send, mbedtls_net_recv, NULL);
    if (mbedtls_ssl_handshake(&tls) != 0 || mbedtls_ssl_write(&tls, (const unsigned char *)request, size) != (int)size)
        return -1;
    while (length < 12) {
        got = mbedtls_ssl_read(&tls, (unsigned char *)reply + length, (size_t)(room - length));
        /* TLS 1.3 servers send tickets between the handshake and the reply. */
        if (got == MBEDTLS_ERR_SSL_RECEIVED_NEW_SESSION_TICKET)
            continue;
        if (got <= 0)
            break;
        length += got;
    }
    mbedtls_ssl_close_notify(&tls);
    return length;
}

static int ask(bool tls, int port, const char *path)
{
    char request[512], reply[512];
    int size = snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: localhost\r\nUser-Agent: probe\r\nConnection: close\r\n\r\n", path);
    int fd = dial(port), length;
    if (fd < 0)
        return unhealthy("nothing listens on the port");
    length = tls ? ask_tls(fd, request, (size_t)size, reply, sizeof reply) : ask_plain(fd, request, (size_t)size, reply, sizeof reply);
    return length < 0 ? unhealthy("no answer, or a certificate that the CA does not vouch for") : verdict(reply, length);
}

/* Without the file, and where it cannot be made, `first` is asked for ever. */
static int ask_first(bool tls, int port, const char *first, const char *later)
{
    int fd, result;
    if (access(WAS_READY_FILE, F_OK) == 0)
        return ask(tls, port, later);
    result = ask(tls, port, first);
    if (result == 0 && (fd = open(WAS_READY_FILE, O_CREAT | O_WRONLY | O_CLOEXEC, 0600)) >= 0)
        close(fd);
    return result;
}

int main(int count, char **words)
{
    if (count == 4 && strcmp(words[1], "file") == 0)
        return fresh(words[2], atol(words[3]));
    if ((count == 4 || count == 5) && (strcmp(words[1], "http") == 0 || strcmp(words[1], "https") == 0)
        && strlen(words[3]) < 300 && strlen(words[count - 1]) < 300) {
        bool tls = words[1][4] == 's';
        int port = atoi(words[2]);
        return count == 4 ? ask(tls, port, words[3]) : ask_first(tls, port, words[3], words[4]);
    }
    fputs("usage: probe http|https PORT PATH [LATER] | probe file PATH SECONDS\n", stderr);
    return 2;
}
