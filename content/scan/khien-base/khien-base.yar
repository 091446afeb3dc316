/*
  Khiên's own base rules. What they are for: the few things that are met again
  and again on the servers and workstations of state bodies and that ordinary
  software never contains. A rule that cannot be told from honest code by a
  person reading it does not belong here: a false alarm costs a commune officer
  a morning.

  Each rule has examples/<rule>.hit and examples/<rule>.miss, and its words for
  people in pack.json. meta.severity: critical and high make a file malicious,
  lower ones suspicious.
*/

// The EICAR anti-malware test file, as its specification has it: 68 bytes at
// the start of the file, at most 128 in all, nothing but white space after them.
rule khien_eicar {
  meta:
    severity = "high"
  strings:
    $test = { 58 35 4F 21 50 25 40 41 50 5B 34 5C 50 5A 58 35 34 28 50 5E 29 37 43 43 29 37 7D 24 45 49 43 41 52 2D 53 54 41 4E 44 41 52 44 2D 41 4E 54 49 56 49 52 55 53 2D 54 45 53 54 2D 46 49 4C 45 21 24 48 2B 48 2A }
  condition:
    filesize <= 128 and $test at 0 and
    (filesize == 68 or
     for all i in (68 .. filesize - 1) : (
       uint8(i) == 0x20 or uint8(i) == 0x09 or uint8(i) == 0x0A or uint8(i) == 0x0D or uint8(i) == 0x1A))
}

// Code that arrives in a request and is run, also decoded first. (No example here: a
// package that carries these rules would then be found by them.)
rule khien_php_eval_request {
  meta:
    severity = "critical"
  strings:
    $php = "<?"
    $eval = /\b(eval|assert|create_function)\s*\(\s*@?((base64_decode|gzinflate|gzuncompress|str_rot13|stripslashes|urldecode|rawurldecode|trim|hex2bin)\s*\(\s*@?\s*){0,4}(\$\{?["']?_(POST|GET|REQUEST|COOKIE)|\$_SERVER\s*\[\s*["']HTTP_)/ nocase
  condition:
    filesize < 2MB and $php and $eval
}

// A request's parameter handed to the shell.
rule khien_php_shell_request {
  meta:
    severity = "critical"
  strings:
    $php = "<?"
    $run = /\b(system|passthru|shell_exec|exec|popen|proc_open|pcntl_exec)\s*\(\s*@?((base64_decode|stripslashes|urldecode|trim|hex2bin)\s*\(\s*@?\s*){0,3}\$_(POST|GET|REQUEST|COOKIE)\s*[\[{]/ nocase
    $tick = /`\s*\$_(POST|GET|REQUEST|COOKIE)\s*[\[{]/
  condition:
    filesize < 2MB and $php and any of ($run, $tick)
}

// A function chosen by one parameter of the request, called with another.
rule khien_php_call_request {
  meta:
    severity = "critical"
  strings:
    $php = "<?"
    $call = /\$_(POST|GET|REQUEST|COOKIE)\s*\[[^\]\r\n]{1,40}\]\s*\(\s*@?\$_(POST|GET|REQUEST|COOKIE)\s*\[/
    $callback = /\b(array_map|array_filter|call_user_func|call_user_func_array|usort|uasort|register_shutdown_function)\s*\(\s*@?\$_(POST|GET|REQUEST|COOKIE)\s*\[/ nocase
  condition:
    filesize < 2MB and $php and any of ($call, $callback)
}

// Code that is packed, unpacked and run in one breath, with a long blob at hand.
rule khien_php_packed_code {
  meta:
    severity = "high"
  strings:
    $php = "<?"
    $run = /\b(eval|assert)\s*\(\s*@?((gzinflate|gzuncompress|gzdecode|str_rot13|strrev|base64_decode|convert_uudecode|rawurldecode)\s*\(\s*@?){2,6}\s*["'][A-Za-z0-9+\/=]{200}/ nocase
  condition:
    filesize < 5MB and $php and $run
}

// Images and texts of a folder made to run as PHP.
rule khien_htaccess_php_images {
  meta:
    severity = "high"
  strings:
    $handler = /^[ \t]*(AddType[ \t]+application\/x-httpd-php[0-9]{0,2}|AddHandler[ \t]+["']?(application\/x-httpd-php|php[0-9]{0,2}-script|php-cgi)[0-9]{0,2}["']?)[ \t]+([^\r\n]{0,80}[ \t])?\.?(jpe?g|png|gif|ico|bmp|svg|webp|txt|css|pdf)\b/ nocase
    $line_handler = /\n[ \t]*(AddType[ \t]+application\/x-httpd-php[0-9]{0,2}|AddHandler[ \t]+["']?(application\/x-httpd-php|php[0-9]{0,2}-script|php-cgi)[0-9]{0,2}["']?)[ \t]+([^\r\n]{0,80}[ \t])?\.?(jpe?g|png|gif|ico|bmp|svg|webp|txt|css|pdf)\b/ nocase
  condition:
    filesize < 64KB and ($handler at 0 or $line_handler)
}

// A JSP page that runs the request's parameter.
rule khien_jsp_shell {
  meta:
    severity = "critical"
  strings:
    $jsp = "<%"
    $exec = /getRuntime\s*\(\s*\)\s*\.\s*exec\s*\(\s*(new\s+String\s*\[\s*\]\s*\{[^}]{0,80})?request\s*\.\s*getParameter/
    $builder = /new\s+(java\.lang\.)?ProcessBuilder\s*\([^;]{0,120}request\s*\.\s*getParameter/
    $load = /defineClass\s*\([^;]{0,200}request\s*\.\s*get(Parameter|Reader)/
  condition:
    filesize < 2MB and $jsp and any of ($exec, $builder, $load)
}

// An ASP or ASP.NET page that evaluates the request.
rule khien_aspx_shell {
  meta:
    severity = "critical"
  strings:
    $asp = "<%"
    $eval = /\b(eval|execute|executeglobal)\s*\(?\s*\(?\s*(System\.Text\.Encoding\.[^;%]{1,80}FromBase64String\s*\(\s*)?Request\s*(\.\s*(Item|Form|QueryString|Params|Cookies)\s*)?[\[(]\s*["']/ nocase
    $start = /Process\.Start\s*\(\s*["'](cmd(\.exe)?|powershell(\.exe)?)["']\s*,[^;]{0,80}Request\s*(\.\s*(Item|Form|QueryString|Params)\s*)?[\[(]/ nocase
  condition:
    filesize < 2MB and $asp and any of ($eval, $start)
}

// A shell whose input and output are a network connection.
rule khien_reverse_shell {
  meta:
    severity = "critical"
  strings:
    $bash = /\b(ba|z|k)?sh\s+-i\s*[0-9]?>&?\s*\/dev\/(tcp|udp)\/[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\/[0-9]{1,5}/
    $exec = /\bexec\s+[0-9]{1,3}<>\s*\/dev\/tcp\/[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\/[0-9]{1,5}\s*;[^\r\n]{0,80}\bsh\b/
    $nc = /\b(nc|ncat|netcat)(\.traditional|\.exe)?(\s+-[a-z]{1,4})*\s+[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\s+[0-9]{1,5}\s+(-e|-c)\s+(\/bin\/)?(ba|da|z)?sh\b/
    $nc_first = /\b(nc|ncat|netcat)(\.traditional|\.exe)?\s+(-[a-z]{1,4}\s+)*-[a-z]{0,3}[ec]\s+(\/bin\/)?(ba|da|z)?sh\s+[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\s+[0-9]{1,5}/
    $fifo = /mkfifo\s+\S{1,60}\s*;\s*(\/bin\/)?cat\s+\S{1,60}\s*\|\s*(\/bin\/)?(ba)?sh\s+-i\s+2>&1\s*\|\s*(nc|ncat|openssl)\b/
  condition:
    filesize < 2MB and any of them
}

// The same in Python: a socket put in the place of standard input, output, errors.
rule khien_reverse_shell_python {
  meta:
    severity = "critical"
  strings:
    $connect = /\.connect\s*\(\s*\(\s*["'][0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}["']\s*,\s*[0-9]{1,5}\s*\)\s*\)/
    $in = /dup2\s*\(\s*\w{1,20}\.fileno\s*\(\s*\)\s*,\s*0\s*\)/
    $out = /dup2\s*\(\s*\w{1,20}\.fileno\s*\(\s*\)\s*,\s*1\s*\)/
    $shell = /(pty\.spawn|subprocess\.(call|Popen|run)|os\.(system|execl|execv))\s*\(\s*\[?\s*["'](\/bin\/)?(ba|da|z)?sh/
  condition:
    filesize < 1MB and all of them
}

// A miner's configuration: pool address beside xmrig's own keys.
rule khien_miner_config {
  meta:
    severity = "high"
  strings:
    $pool = /"url"\s*:\s*"(stratum\+(tcp|ssl|tcps):\/\/)?[A-Za-z0-9.\-]{4,80}:[0-9]{2,5}"/
    $wallet = /"user"\s*:\s*"(4[0-9AB][1-9A-HJ-NP-Za-km-z]{93}|8[1-9A-HJ-NP-Za-km-z]{94})/
    $donate = "\"donate-level\""
    $randomx = "\"randomx\""
    $algo = /"algo"\s*:\s*"(rx\/|cn\/|cn-|argon2\/|ghostrider|kawpow)/
  condition:
    filesize < 256KB and $pool and ($wallet or ($donate and ($randomx or $algo)))
}

// A miner started from a script or a service.
rule khien_miner_command {
  meta:
    severity = "high"
  strings:
    $pool = /(-o|--url[= ])\s{0,3}stratum\+(tcp|ssl|tcps):\/\/[A-Za-z0-9.\-]{4,80}:[0-9]{2,5}/
    $wallet = /(-u|--user[= ])\s{0,3}[A-Za-z0-9]{34,110}(\.[A-Za-z0-9_\-]{1,40})?\s/
  condition:
    filesize < 1MB and $pool and $wallet
}

// A library that hides itself: it takes the place of readdir and names the list
// that loads it into every process.
rule khien_preload_rootkit {
  meta:
    severity = "critical"
  strings:
    $list = "/etc/ld.so.preload"
    $readdir = "readdir64"
    $next = "dlsym"
    $hide1 = "/proc/net/tcp"
    $hide2 = "/proc/self/fd/%d"
    $hide3 = "/proc/%s/stat"
    $pam = "pam_authenticate"
    $accept = "accept4"
  condition:
    uint32(0) == 0x464C457F and uint16(16) == 3 and filesize < 2MB and
    $list and $readdir and $next and 2 of ($hide*, $pam, $accept)
}

// A script that puts a library into that list.
rule khien_preload_install {
  meta:
    severity = "critical"
  strings:
    $echo = /echo\s+["']?\/(usr|lib|lib64|tmp|var|dev|opt|home)\/\S{1,100}\.so(\.[0-9]{1,3})?["']?\s*>{1,2}\s*\/etc\/ld\.so\.preload/
  condition:
    filesize < 1MB and $echo
}

// A timetable that fetches a script and runs it.
rule khien_cron_download {
  meta:
    severity = "high"
  strings:
    $direct = /(\*|[0-9,\-\/*]{1,20})[ \t]+(\*|[0-9,\-\/*]{1,20})[ \t]+(\*|[0-9,\-\/*]{1,20})[ \t]+(\*|[0-9,\-\/*]{1,20})[ \t]+(\*|[0-9,\-\/*]{1,20})[ \t]+[^\r\n#]{0,60}\b(curl|wget)[ \t][^\r\n|;]{8,400}\|[ \t]*(sudo[ \t]+)?(\/bin\/|\/usr\/bin\/)?(ba|da)?sh\b/
    $reboot = /@(reboot|hourly|daily)[ \t]+[^\r\n#]{0,60}\b(curl|wget)[ \t][^\r\n|;]{8,400}\|[ \t]*(sudo[ \t]+)?(\/bin\/|\/usr\/bin\/)?(ba|da)?sh\b/
  condition:
    filesize < 1MB and any of them
}

// A script that gives somebody else's key the right to sign in.
rule khien_authorized_keys_dropper {
  meta:
    severity = "high"
  strings:
    $script = /^#!\s*\/\S{0,30}(ba|da|z)?sh\b/
    $append = /(echo|printf)\s+["']?(ssh-(rsa|ed25519|dss)|ecdsa-sha2-nistp256)\s+AAAA[A-Za-z0-9+\/]{16,800}[^\r\n]{0,200}>{1,2}\s*["']?(\/root|~|\/home\/\S{1,40}|\$\{?HOME\}?)\/\.ssh\/authorized_keys/
    $immutable = /chattr\s+(-R\s+)?[+\-][aiu]{1,3}\s+[^\r\n]{0,60}(\.ssh|authorized_keys)/
  condition:
    filesize < 1MB and $script at 0 and $append and $immutable
}

// PowerShell told to fetch something and run it at once. The scheme of the
// address is left out on purpose: libyara would look at every "http" there is.
rule khien_powershell_cradle {
  meta:
    severity = "high"
  strings:
    $iex_first = /\b(IEX|Invoke-Expression)[\s(&"']{1,8}New-Object\s+(System\.)?Net\.WebClient\s*\)\s*\.\s*DownloadString\s*\(\s*["'][a-z]{4,5}:/ nocase ascii wide
    $iex_last = /\.\s*DownloadString\s*\(\s*["'][a-z]{4,5}:[^|"'\r\n]{4,200}["']\s*\)[^|\r\n]{0,60}\|\s*(IEX|Invoke-Expression)\b/ nocase ascii wide
    $request = /Invoke-(WebRequest|RestMethod)\s[^|\r\n]{4,200}\|\s*(IEX|Invoke-Expression)\b/ nocase ascii wide
    $hidden = /-(w|windowstyle)\s+hidden\b/ nocase ascii wide
    $no_profile = /-nop(rofile)?\s/ nocase ascii wide
    $bypass = /-(ep|exec|executionpolicy)\s+bypass\b/ nocase ascii wide
  condition:
    filesize < 1MB and any of ($iex_first, $iex_last, $request) and any of ($hidden, $no_profile, $bypass)
}

// PowerShell with its orders in base64 and its window hidden. "JAB", "SQBF" and
// the like are how "$", "IE" begin in UTF-16.
rule khien_powershell_encoded {
  meta:
    severity = "high"
  strings:
    $encoded = /powershell(\.exe)?["']?\s[^\r\n]{0,120}-(e|ec|en|enc|enco|encod|encode|encoded|encodedcommand)\s+["']?(JAB|SQBF|SQBuAHY|aQBlAHgA|UwB0AGEAcgB0|cwB0AGEAcgB0|WwBOAGUAdA)[A-Za-z0-9+\/=]{80}/ nocase ascii wide
    $hidden = /powershell(\.exe)?["']?\s[^\r\n]{0,120}-w(indowstyle)?\s+(hidden|1)\b/ nocase ascii wide
  condition:
    filesize < 2MB and $encoded and $hidden
}

// The text of a macro that starts by itself and runs a hidden PowerShell.
rule khien_macro_dropper {
  meta:
    severity = "high"
  strings:
    $auto = /\bSub\s+(AutoOpen|Auto_Open|Document_Open|Workbook_Open|AutoExec)\s*\(/ nocase
    $what = /(powershell(\.exe)?\s[^\r\n]{0,120}-(e|en|enc|encodedcommand|w|windowstyle)\s|mshta(\.exe)?\s+https?:|certutil(\.exe)?\s[^\r\n]{0,60}-urlcache|regsvr32(\.exe)?\s[^\r\n]{0,40}\/i:https?:)/ nocase
  condition:
    filesize < 4MB and all of them
}

// A packed Linux program that speaks of hidden services: what no package has.
rule khien_packed_elf_onion {
  meta:
    severity = "medium"
  strings:
    $upx = "UPX!"
    $onion = /[a-z2-7]{56}\.onion\b/
  condition:
    uint32(0) == 0x464C457F and filesize < 20MB and $upx in (0 .. 4096) and $onion
}

// A note left where files were taken hostage.
rule khien_ransom_note {
  meta:
    severity = "high"
  strings:
    $locked = /your (files|documents|network|servers|data|computers)\b[^\r\n.]{0,60}\b(encrypted|locked|stolen)\b/ nocase
    $pay = /\b(bitcoin|monero|decryptor|decryption (key|tool))/ nocase
    $onion = /[a-z2-7]{56}\.onion\b/
  condition:
    filesize < 64KB and all of them
}
