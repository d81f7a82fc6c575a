// The words of C's headers, see words.h.

#include "modelservice/schema/word_list.h"
#include "modelservice/schema/words.h"

namespace modelservice {
namespace {

// clang-format off

// What `g++ -std=gnu++17 -dM -E` says of the headers that generated code
// includes, with glibc 2.36. Without macros that stand for themselves, like
// stdin, and without those of protobuf, gRPC and abseil, which have prefixes.
constexpr char kMacros[] = R"(
ACQUIRED_AFTER ACQUIRED_BEFORE ADJ_ESTERROR ADJ_FREQUENCY ADJ_MAXERROR
ADJ_MICRO ADJ_NANO ADJ_OFFSET ADJ_OFFSET_SINGLESHOT ADJ_OFFSET_SS_READ
ADJ_SETOFFSET ADJ_STATUS ADJ_TAI ADJ_TICK ADJ_TIMECONST AIO_PRIO_DELTA_MAX
ASSERT_EXCLUSIVE_LOCK ASSERT_SHARED_LOCK ATOMIC_BOOL_LOCK_FREE
ATOMIC_CHAR16_T_LOCK_FREE ATOMIC_CHAR32_T_LOCK_FREE ATOMIC_CHAR_LOCK_FREE
ATOMIC_FLAG_INIT ATOMIC_INT_LOCK_FREE ATOMIC_LLONG_LOCK_FREE
ATOMIC_LONG_LOCK_FREE ATOMIC_POINTER_LOCK_FREE ATOMIC_SHORT_LOCK_FREE
ATOMIC_VAR_INIT ATOMIC_WCHAR_T_LOCK_FREE BC_BASE_MAX BC_DIM_MAX BC_SCALE_MAX
BC_STRING_MAX BIG_ENDIAN BOOL_MAX BOOL_WIDTH BUFSIZ BYTE_ORDER
CHARCLASS_NAME_MAX CHAR_BIT CHAR_MAX CHAR_MIN CHAR_WIDTH CLOCKS_PER_SEC
CLOCK_BOOTTIME CLOCK_BOOTTIME_ALARM CLOCK_MONOTONIC CLOCK_MONOTONIC_COARSE
CLOCK_MONOTONIC_RAW CLOCK_PROCESS_CPUTIME_ID CLOCK_REALTIME
CLOCK_REALTIME_ALARM CLOCK_REALTIME_COARSE CLOCK_TAI CLOCK_THREAD_CPUTIME_ID
CLONE_CHILD_CLEARTID CLONE_CHILD_SETTID CLONE_DETACHED CLONE_FILES CLONE_FS
CLONE_IO CLONE_NEWCGROUP CLONE_NEWIPC CLONE_NEWNET CLONE_NEWNS CLONE_NEWPID
CLONE_NEWTIME CLONE_NEWUSER CLONE_NEWUTS CLONE_PARENT CLONE_PARENT_SETTID
CLONE_PIDFD CLONE_PTRACE CLONE_SETTLS CLONE_SIGHAND CLONE_SYSVSEM CLONE_THREAD
CLONE_UNTRACED CLONE_VFORK CLONE_VM CLOSE_RANGE_CLOEXEC CLOSE_RANGE_UNSHARE
COLL_WEIGHTS_MAX CPU_ALLOC CPU_ALLOC_SIZE CPU_AND CPU_AND_S CPU_CLR CPU_CLR_S
CPU_COUNT CPU_COUNT_S CPU_EQUAL CPU_EQUAL_S CPU_FREE CPU_ISSET CPU_ISSET_S
CPU_OR CPU_OR_S CPU_SET CPU_SETSIZE CPU_SET_S CPU_XOR CPU_XOR_S CPU_ZERO
CPU_ZERO_S CSIGNAL DELAYTIMER_MAX E2BIG EACCES EADDRINUSE EADDRNOTAVAIL EADV
EAFNOSUPPORT EAGAIN EALREADY EBADE EBADF EBADFD EBADMSG EBADR EBADRQC EBADSLT
EBFONT EBUSY ECANCELED ECHILD ECHRNG ECOMM ECONNABORTED ECONNREFUSED
ECONNRESET EDEADLK EDEADLOCK EDESTADDRREQ EDOM EDOTDOT EDQUOT EEXIST EFAULT
EFBIG EHOSTDOWN EHOSTUNREACH EHWPOISON EIDRM EILSEQ EINPROGRESS EINTR EINVAL
EIO EISCONN EISDIR EISNAM EKEYEXPIRED EKEYREJECTED EKEYREVOKED EL2HLT EL2NSYNC
EL3HLT EL3RST ELIBACC ELIBBAD ELIBEXEC ELIBMAX ELIBSCN ELNRNG ELOOP
EMEDIUMTYPE EMFILE EMLINK EMSGSIZE EMULTIHOP ENAMETOOLONG ENAVAIL ENETDOWN
ENETRESET ENETUNREACH ENFILE ENOANO ENOBUFS ENOCSI ENODATA ENODEV ENOENT
ENOEXEC ENOKEY ENOLCK ENOLINK ENOMEDIUM ENOMEM ENOMSG ENONET ENOPKG
ENOPROTOOPT ENOSPC ENOSR ENOSTR ENOSYS ENOTBLK ENOTCONN ENOTDIR ENOTEMPTY
ENOTNAM ENOTRECOVERABLE ENOTSOCK ENOTSUP ENOTTY ENOTUNIQ ENXIO EOF EOPNOTSUPP
EOVERFLOW EOWNERDEAD EPERM EPFNOSUPPORT EPIPE EPROTO EPROTONOSUPPORT
EPROTOTYPE ERANGE EREMCHG EREMOTE EREMOTEIO ERESTART ERFKILL EROFS ESHUTDOWN
ESOCKTNOSUPPORT ESPIPE ESRCH ESRMNT ESTALE ESTRPIPE ETIME ETIMEDOUT
ETOOMANYREFS ETXTBSY EUCLEAN EUNATCH EUSERS EWOULDBLOCK
EXCLUSIVE_LOCKS_REQUIRED EXCLUSIVE_LOCK_FUNCTION EXCLUSIVE_TRYLOCK_FUNCTION
EXDEV EXFULL EXIT_FAILURE EXIT_SUCCESS EXPR_NEST_MAX FD_CLR FD_ISSET FD_SET
FD_SETSIZE FD_ZERO FILENAME_MAX FOPEN_MAX FP_ILOGB0 FP_ILOGBNAN FP_INFINITE
FP_INT_DOWNWARD FP_INT_TONEAREST FP_INT_TONEARESTFROMZERO FP_INT_TOWARDZERO
FP_INT_UPWARD FP_LLOGB0 FP_LLOGBNAN FP_NAN FP_NORMAL FP_SUBNORMAL
FP_XSTATE_MAGIC1 FP_XSTATE_MAGIC2 FP_XSTATE_MAGIC2_SIZE FP_ZERO F_LOCK F_OK
F_TEST F_TLOCK F_ULOCK GUARDED_BY GUARDED_BY_FIXME HOST_NAME_MAX HUGE_VAL
HUGE_VALF HUGE_VALL INFINITY INT16_C INT16_MAX INT16_MIN INT16_WIDTH INT32_C
INT32_MAX INT32_MIN INT32_WIDTH INT64_C INT64_MAX INT64_MIN INT64_WIDTH INT8_C
INT8_MAX INT8_MIN INT8_WIDTH INTMAX_C INTMAX_MAX INTMAX_MIN INTMAX_WIDTH
INTPTR_MAX INTPTR_MIN INTPTR_WIDTH INT_FAST16_MAX INT_FAST16_MIN
INT_FAST16_WIDTH INT_FAST32_MAX INT_FAST32_MIN INT_FAST32_WIDTH INT_FAST64_MAX
INT_FAST64_MIN INT_FAST64_WIDTH INT_FAST8_MAX INT_FAST8_MIN INT_FAST8_WIDTH
INT_LEAST16_MAX INT_LEAST16_MIN INT_LEAST16_WIDTH INT_LEAST32_MAX
INT_LEAST32_MIN INT_LEAST32_WIDTH INT_LEAST64_MAX INT_LEAST64_MIN
INT_LEAST64_WIDTH INT_LEAST8_MAX INT_LEAST8_MIN INT_LEAST8_WIDTH INT_MAX
INT_MIN INT_WIDTH IOV_MAX KERNEL_VERSION LANG_CXX11 LC_ADDRESS LC_ADDRESS_MASK
LC_ALL LC_ALL_MASK LC_COLLATE LC_COLLATE_MASK LC_CTYPE LC_CTYPE_MASK
LC_GLOBAL_LOCALE LC_IDENTIFICATION LC_IDENTIFICATION_MASK LC_MEASUREMENT
LC_MEASUREMENT_MASK LC_MESSAGES LC_MESSAGES_MASK LC_MONETARY LC_MONETARY_MASK
LC_NAME LC_NAME_MASK LC_NUMERIC LC_NUMERIC_MASK LC_PAPER LC_PAPER_MASK
LC_TELEPHONE LC_TELEPHONE_MASK LC_TIME LC_TIME_MASK LINE_MAX
LINUX_VERSION_CODE LINUX_VERSION_MAJOR LINUX_VERSION_PATCHLEVEL
LINUX_VERSION_SUBLEVEL LITTLE_ENDIAN LLONG_MAX LLONG_MIN LLONG_WIDTH LOCKABLE
LOCKS_EXCLUDED LOCK_RETURNED LOGIN_NAME_MAX LONG_BIT LONG_LONG_MAX
LONG_LONG_MIN LONG_MAX LONG_MIN LONG_WIDTH L_INCR L_SET L_XTND L_ctermid
L_cuserid L_tmpnam MATH_ERREXCEPT MATH_ERRNO MAXFLOAT MAX_CANON MAX_INPUT
MB_CUR_MAX MB_LEN_MAX MINSIGSTKSZ MOD_CLKA MOD_CLKB MOD_ESTERROR MOD_FREQUENCY
MOD_MAXERROR MOD_MICRO MOD_NANO MOD_OFFSET MOD_STATUS MOD_TAI MOD_TIMECONST
MQ_PRIO_MAX M_1_PI M_1_PIf M_1_PIl M_2_PI M_2_PIf M_2_PIl M_2_SQRTPI
M_2_SQRTPIf M_2_SQRTPIl M_E M_Ef M_El M_LN10 M_LN10f M_LN10l M_LN2 M_LN2f
M_LN2l M_LOG10E M_LOG10Ef M_LOG10El M_LOG2E M_LOG2Ef M_LOG2El M_PI M_PI_2
M_PI_2f M_PI_2l M_PI_4 M_PI_4f M_PI_4l M_PIf M_PIl M_SQRT1_2 M_SQRT1_2f
M_SQRT1_2l M_SQRT2 M_SQRT2f M_SQRT2l NAME_MAX NAN NFDBITS NGREG NGROUPS_MAX
NL_ARGMAX NL_LANGMAX NL_MSGMAX NL_NMAX NL_SETMAX NL_TEXTMAX
NO_THREAD_SAFETY_ANALYSIS NO_THREAD_SAFETY_ANALYSIS_FIXME NSIG NULL NZERO
PATH_MAX PDP_ENDIAN PIPE_BUF PTHREAD_ADAPTIVE_MUTEX_INITIALIZER_NP
PTHREAD_ATTR_NO_SIGMASK_NP PTHREAD_BARRIER_SERIAL_THREAD PTHREAD_CANCELED
PTHREAD_COND_INITIALIZER PTHREAD_DESTRUCTOR_ITERATIONS
PTHREAD_ERRORCHECK_MUTEX_INITIALIZER_NP PTHREAD_KEYS_MAX
PTHREAD_MUTEX_INITIALIZER PTHREAD_ONCE_INIT
PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP PTHREAD_RWLOCK_INITIALIZER
PTHREAD_RWLOCK_WRITER_NONRECURSIVE_INITIALIZER_NP PTHREAD_STACK_MIN
PTRDIFF_MAX PTRDIFF_MIN PTRDIFF_WIDTH PT_GUARDED_BY P_tmpdir RAND_MAX
RENAME_EXCHANGE RENAME_NOREPLACE RENAME_WHITEOUT RE_DUP_MAX RTSIG_MAX R_OK
SA_INTERRUPT SA_NOCLDSTOP SA_NOCLDWAIT SA_NODEFER SA_NOMASK SA_ONESHOT
SA_ONSTACK SA_RESETHAND SA_RESTART SA_SIGINFO SA_STACK SCHAR_MAX SCHAR_MIN
SCHAR_WIDTH SCHED_BATCH SCHED_DEADLINE SCHED_FIFO SCHED_IDLE SCHED_ISO
SCHED_OTHER SCHED_RESET_ON_FORK SCHED_RR SCOPED_LOCKABLE SEEK_CUR SEEK_DATA
SEEK_END SEEK_HOLE SEEK_SET SEM_VALUE_MAX SHARED_LOCKS_REQUIRED
SHARED_LOCK_FUNCTION SHARED_TRYLOCK_FUNCTION SHRT_MAX SHRT_MIN SHRT_WIDTH
SIGABRT SIGALRM SIGBUS SIGCHLD SIGCLD SIGCONT SIGFPE SIGHUP SIGILL SIGINT
SIGIO SIGIOT SIGKILL SIGPIPE SIGPOLL SIGPROF SIGPWR SIGQUIT SIGRTMAX SIGRTMIN
SIGSEGV SIGSTKFLT SIGSTKSZ SIGSTOP SIGSYS SIGTERM SIGTRAP SIGTSTP SIGTTIN
SIGTTOU SIGURG SIGUSR1 SIGUSR2 SIGVTALRM SIGWINCH SIGXCPU SIGXFSZ
SIG_ATOMIC_MAX SIG_ATOMIC_MIN SIG_ATOMIC_WIDTH SIG_BLOCK SIG_DFL SIG_ERR
SIG_HOLD SIG_IGN SIG_SETMASK SIG_UNBLOCK SIZE_MAX SIZE_WIDTH SNAN SNANF SNANL
SSIZE_MAX STA_CLK STA_CLOCKERR STA_DEL STA_FLL STA_FREQHOLD STA_INS STA_MODE
STA_NANO STA_PLL STA_PPSERROR STA_PPSFREQ STA_PPSJITTER STA_PPSSIGNAL
STA_PPSTIME STA_PPSWANDER STA_RONLY STA_UNSYNC STDERR_FILENO STDIN_FILENO
STDOUT_FILENO TEMP_FAILURE_RETRY TIMER_ABSTIME TIMESPEC_TO_TIMEVAL
TIMEVAL_TO_TIMESPEC TIME_UTC TMP_MAX TS_FIXME TS_UNCHECKED TS_UNCHECKED_READ
TTY_NAME_MAX UCHAR_MAX UCHAR_WIDTH UINT16_C UINT16_MAX UINT16_WIDTH UINT32_C
UINT32_MAX UINT32_WIDTH UINT64_C UINT64_MAX UINT64_WIDTH UINT8_C UINT8_MAX
UINT8_WIDTH UINTMAX_C UINTMAX_MAX UINTMAX_WIDTH UINTPTR_MAX UINTPTR_WIDTH
UINT_FAST16_MAX UINT_FAST16_WIDTH UINT_FAST32_MAX UINT_FAST32_WIDTH
UINT_FAST64_MAX UINT_FAST64_WIDTH UINT_FAST8_MAX UINT_FAST8_WIDTH
UINT_LEAST16_MAX UINT_LEAST16_WIDTH UINT_LEAST32_MAX UINT_LEAST32_WIDTH
UINT_LEAST64_MAX UINT_LEAST64_WIDTH UINT_LEAST8_MAX UINT_LEAST8_WIDTH UINT_MAX
UINT_WIDTH ULLONG_MAX ULLONG_WIDTH ULONG_LONG_MAX ULONG_MAX ULONG_WIDTH
UNLOCK_FUNCTION USHRT_MAX USHRT_WIDTH WCHAR_MAX WCHAR_MIN WCHAR_WIDTH
WCONTINUED WEOF WEXITED WEXITSTATUS WIFCONTINUED WIFEXITED WIFSIGNALED
WIFSTOPPED WINT_MAX WINT_MIN WINT_WIDTH WNOHANG WNOWAIT WORD_BIT WSTOPPED
WSTOPSIG WTERMSIG WUNTRACED W_OK XATTR_LIST_MAX XATTR_NAME_MAX XATTR_SIZE_MAX
X_OK alloca assert assert_perror be16toh be32toh be64toh bswap_16 bswap_32
bswap_64 errno htobe16 htobe32 htobe64 htole16 htole32 htole64 issubnormal
le16toh le32toh le64toh linux math_errhandling offsetof pthread_cleanup_pop
pthread_cleanup_pop_restore_np pthread_cleanup_push
pthread_cleanup_push_defer_np sa_handler sa_sigaction si_addr si_addr_lsb
si_arch si_band si_call_addr si_fd si_int si_lower si_overrun si_pid si_pkey
si_ptr si_status si_stime si_syscall si_timerid si_uid si_upper si_utime
si_value sigev_notify_attributes sigev_notify_function sigmask strdupa
strndupa timeradd timerclear timercmp timerisset timersub unix va_arg va_copy
va_end va_start
)";

// The global declarations in the same headers.
constexpr char kGlobals[] = R"(
FILE FP_INFINITE FP_INT_DOWNWARD FP_INT_TONEAREST FP_INT_TONEARESTFROMZERO
FP_INT_TOWARDZERO FP_INT_UPWARD FP_NAN FP_NORMAL FP_SUBNORMAL FP_ZERO
ITIMER_PROF ITIMER_REAL ITIMER_VIRTUAL a64l abort abs access acct acos acosf
acosh acoshf acoshl acosl adjtime alarm aligned_alloc alloca arc4random
arc4random_buf arc4random_uniform asctime asctime_r asin asinf asinh asinhf
asinhl asinl asprintf at_quick_exit atan atan2 atan2f atan2l atanf atanh
atanhf atanhl atanl atexit atof atoi atol atoll basename bcmp bcopy blkcnt64_t
blkcnt_t blksize_t brk bsearch btowc bzero caddr_t calloc canonicalize
canonicalize_file_name canonicalizef canonicalizel cbrt cbrtf cbrtl ceil ceilf
ceill chdir chown chroot clearenv clearerr clearerr_unlocked clock
clock_adjtime clock_getcpuclockid clock_getres clock_gettime clock_nanosleep
clock_settime clock_t clockid_t clone close close_range closefrom
comparison_fn_t confstr cookie_close_function_t cookie_io_functions_t
cookie_read_function_t cookie_seek_function_t cookie_write_function_t
copy_file_range copysign copysignf copysignl cos cosf cosh coshf coshl cosl
cpu_set_t crypt ctermid ctime ctime_r cuserid daddl daddr_t daemon daylight
ddivl dev_t dfmal difftime div div_t dmull double_t dprintf drand48
drand48_data drand48_r drem dremf dreml dsqrtl dsubl dup dup2 dup3 duplocale
dysize eaccess ecvt ecvt_r endusershell environ erand48 erand48_r erf erfc
erfcf erfcl erff erfl euidaccess execl execle execlp execv execve execveat
execvp execvpe exit exp exp10 exp10f exp10l exp2 exp2f exp2l expf expl
explicit_bzero expm1 expm1f expm1l fabs fabsf fabsl faccessat fadd faddl
fchdir fchown fchownat fclose fcloseall fcvt fcvt_r fd_mask fd_set fdatasync
fdim fdimf fdiml fdiv fdivl fdopen feof feof_unlocked ferror ferror_unlocked
fexecve fflush fflush_unlocked ffma ffmal ffs ffsl ffsll fgetc fgetc_unlocked
fgetpos fgetpos64 fgets fgets_unlocked fgetwc fgetwc_unlocked fgetws
fgetws_unlocked fileno fileno_unlocked finite finitef finitel float_t
flockfile floor floorf floorl fma fmaf fmal fmax fmaxf fmaximum fmaximum_mag
fmaximum_mag_num fmaximum_mag_numf fmaximum_mag_numl fmaximum_magf
fmaximum_magl fmaximum_num fmaximum_numf fmaximum_numl fmaximumf fmaximuml
fmaxl fmaxmag fmaxmagf fmaxmagl fmemopen fmin fminf fminimum fminimum_mag
fminimum_mag_num fminimum_mag_numf fminimum_mag_numl fminimum_magf
fminimum_magl fminimum_num fminimum_numf fminimum_numl fminimumf fminimuml
fminl fminmag fminmagf fminmagl fmod fmodf fmodl fmul fmull fopen fopen64
fopencookie fork fpathconf fpos64_t fpos_t fprintf fputc fputc_unlocked fputs
fputs_unlocked fputwc fputwc_unlocked fputws fputws_unlocked fread
fread_unlocked free freelocale freopen freopen64 frexp frexpf frexpl fromfp
fromfpf fromfpl fromfpx fromfpxf fromfpxl fsblkcnt64_t fsblkcnt_t fscanf fseek
fseeko fseeko64 fsetpos fsetpos64 fsfilcnt64_t fsfilcnt_t fsid_t fsqrt fsqrtl
fsub fsubl fsync ftell ftello ftello64 ftruncate ftruncate64 ftrylockfile
funlockfile futimes futimesat fwide fwprintf fwrite fwrite_unlocked fwscanf
gamma gammaf gammal gcvt get_current_dir_name getc getc_unlocked getchar
getchar_unlocked getcpu getcwd getdate getdate_err getdate_r getdelim
getdomainname getdtablesize getegid getentropy getenv geteuid getgid getgroups
gethostid gethostname getitimer getline getloadavg getlogin getlogin_r getopt
getpagesize getpass getpayload getpayloadf getpayloadl getpgid getpgrp getpid
getppid getpt getresgid getresuid getsid getsubopt gettid gettimeofday getuid
getusershell getw getwc getwc_unlocked getwchar getwchar_unlocked getwd gid_t
gmtime gmtime_r grantpt group_member hypot hypotf hypotl id_t ilogb ilogbf
ilogbl index initstate initstate_r ino64_t ino_t int16_t int32_t int64_t
int8_t int_fast16_t int_fast32_t int_fast64_t int_fast8_t int_least16_t
int_least32_t int_least64_t int_least8_t intmax_t intptr_t isalnum isalnum_l
isalpha isalpha_l isascii isatty isblank isblank_l iscanonical iscntrl
iscntrl_l isctype isdigit isdigit_l iseqsig isgraph isgraph_l isinff isinfl
islower islower_l isnanf isnanl isprint isprint_l ispunct ispunct_l
issignaling isspace isspace_l isupper isupper_l iswalnum iswalnum_l iswalpha
iswalpha_l iswblank iswblank_l iswcntrl iswcntrl_l iswctype iswctype_l
iswdigit iswdigit_l iswgraph iswgraph_l iswlower iswlower_l iswprint
iswprint_l iswpunct iswpunct_l iswspace iswspace_l iswupper iswupper_l
iswxdigit iswxdigit_l isxdigit isxdigit_l iszero itimerspec itimerval j0 j0f
j0l j1 j1f j1l jn jnf jnl jrand48 jrand48_r key_t l64a labs lchown lcong48
lcong48_r lconv ldexp ldexpf ldexpl ldiv ldiv_t lgamma lgamma_r lgammaf
lgammaf_r lgammal lgammal_r link linkat llabs lldiv lldiv_t llogb llogbf
llogbl llrint llrintf llrintl llround llroundf llroundl locale_t localeconv
localtime localtime_r lockf loff_t log log10 log10f log10l log1p log1pf log1pl
log2 log2f log2l logb logbf logbl logf logl lrand48 lrand48_r lrint lrintf
lrintl lround lroundf lroundl lseek lseek64 lutimes malloc max_align_t mblen
mbrlen mbrtowc mbsinit mbsnrtowcs mbsrtowcs mbstate_t mbstowcs mbtowc memccpy
memchr memcmp memcpy memfrob memmem memmove mempcpy memrchr memset mkdtemp
mkostemp mkostemp64 mkostemps mkostemps64 mkstemp mkstemp64 mkstemps
mkstemps64 mktemp mktime mode_t modf modff modfl mrand48 mrand48_r nan nanf
nanl nanosleep nearbyint nearbyintf nearbyintl newlocale nextafter nextafterf
nextafterl nextdown nextdownf nextdownl nexttoward nexttowardf nexttowardl
nextup nextupf nextupl nice nlink_t nrand48 nrand48_r obstack obstack_printf
obstack_vprintf off64_t off_t on_exit open_memstream open_wmemstream optarg
opterr optind optopt pathconf pause pclose perror pid_t pipe pipe2 popen
posix_memalign posix_openpt pow powf powl pread pread64 printf profil
program_invocation_name program_invocation_short_name pselect ptrdiff_t
ptsname ptsname_r putc putc_unlocked putchar putchar_unlocked putenv puts putw
putwc putwc_unlocked putwchar putwchar_unlocked pwrite pwrite64 qecvt qecvt_r
qfcvt qfcvt_r qgcvt qsort qsort_r quad_t quick_exit rand rand_r random
random_data random_r rawmemchr read readlink readlinkat realloc reallocarray
realpath register_t remainder remainderf remainderl remove remquo remquof
remquol rename renameat renameat2 revoke rewind rindex rint rintf rintl rmdir
round roundeven roundevenf roundevenl roundf roundl rpmatch sbrk scalb scalbf
scalbl scalbln scalblnf scalblnl scalbn scalbnf scalbnl scanf
sched_get_priority_max sched_get_priority_min sched_getaffinity sched_getcpu
sched_getparam sched_getscheduler sched_param sched_rr_get_interval
sched_setaffinity sched_setparam sched_setscheduler sched_yield secure_getenv
seed48 seed48_r select setbuf setbuffer setdomainname setegid setenv seteuid
setgid sethostid sethostname setitimer setlinebuf setlocale setlogin setns
setpayload setpayloadf setpayloadl setpayloadsig setpayloadsigf setpayloadsigl
setpgid setpgrp setregid setresgid setresuid setreuid setsid setstate
setstate_r settimeofday setuid setusershell setvbuf sigabbrev_np sigdescr_np
sigevent signgam significand significandf significandl sigset_t sin sincos
sincosf sincosl sinf sinh sinhf sinhl sinl size_t sleep snprintf socklen_t
sprintf sqrt sqrtf sqrtl srand srand48 srand48_r srandom srandom_r sscanf
ssize_t stpcpy stpncpy strcasecmp strcasecmp_l strcasestr strcat strchr
strchrnul strcmp strcoll strcoll_l strcpy strcspn strdup strerror strerror_l
strerror_r strerrordesc_np strerrorname_np strfromd strfromf strfroml strfry
strftime strftime_l strlen strncasecmp strncasecmp_l strncat strncmp strncpy
strndup strnlen strpbrk strptime strptime_l strrchr strsep strsignal strspn
strstr strtod strtod_l strtof strtof_l strtok strtok_r strtol strtol_l strtold
strtold_l strtoll strtoll_l strtoq strtoul strtoul_l strtoull strtoull_l
strtouq strverscmp strxfrm strxfrm_l suseconds_t swab swprintf swscanf symlink
symlinkat sync syncfs syscall sysconf system tan tanf tanh tanhf tanhl tanl
tcgetpgrp tcsetpgrp tempnam tgamma tgammaf tgammal thread_safety_analysis time
time_t timegm timelocal timer_create timer_delete timer_getoverrun
timer_gettime timer_settime timer_t timespec timespec_get timespec_getres
timeval timex timezone tm tmpfile tmpfile64 tmpnam tmpnam_r toascii tolower
tolower_l totalorder totalorderf totalorderl totalordermag totalordermagf
totalordermagl toupper toupper_l towctrans towctrans_l towlower towlower_l
towupper towupper_l trunc truncate truncate64 truncf truncl ttyname ttyname_r
ttyslot tzname tzset u_char u_int u_int16_t u_int32_t u_int64_t u_int8_t
u_long u_quad_t u_short ualarm ufromfp ufromfpf ufromfpl ufromfpx ufromfpxf
ufromfpxl uid_t uint uint16_t uint32_t uint64_t uint8_t uint_fast16_t
uint_fast32_t uint_fast64_t uint_fast8_t uint_least16_t uint_least32_t
uint_least64_t uint_least8_t uintmax_t uintptr_t ulong ungetc ungetwc unlink
unlinkat unlockpt unsetenv unshare useconds_t uselocale ushort usleep utimes
va_list valloc vasprintf vdprintf vfork vfprintf vfscanf vfwprintf vfwscanf
vhangup vprintf vscanf vsnprintf vsprintf vsscanf vswprintf vswscanf vwprintf
vwscanf wcpcpy wcpncpy wcrtomb wcscasecmp wcscasecmp_l wcscat wcschr wcschrnul
wcscmp wcscoll wcscoll_l wcscpy wcscspn wcsdup wcsftime wcsftime_l wcslen
wcsncasecmp wcsncasecmp_l wcsncat wcsncmp wcsncpy wcsnlen wcsnrtombs wcspbrk
wcsrchr wcsrtombs wcsspn wcsstr wcstod wcstod_l wcstof wcstof_l wcstok wcstol
wcstol_l wcstold wcstold_l wcstoll wcstoll_l wcstombs wcstoq wcstoul wcstoul_l
wcstoull wcstoull_l wcstouq wcswcs wcswidth wcsxfrm wcsxfrm_l wctob wctomb
wctrans wctrans_l wctrans_t wctype wctype_l wctype_t wcwidth wint_t wmemchr
wmemcmp wmemcpy wmemmove wmempcpy wmemset wprintf write wscanf y0 y0f y0l y1
y1f y1l yn ynf ynl
)";

// clang-format on

}  // namespace

bool IsCMacro(absl::string_view name) {
  static const auto* const kNames = new WordList(WordsOf(kMacros));
  return kNames->contains(name);
}

bool IsCGlobal(absl::string_view name) {
  static const auto* const kNames = new WordList(WordsOf(kGlobals));
  return kNames->contains(name);
}

}  // namespace modelservice
