# fish completion for stripebridge

# Whether the words so far, options left out, are just these.
function __stripebridge_at
    set -l words (commandline -opc)
    set -e words[1]
    set -l path
    for word in $words
        string match -q -- '-*' $word; or set -a path $word
    end
    test "$path" = "$argv"
end

# Whether the words so far begin with these.
function __stripebridge_below
    set -l words (commandline -opc)
    set -e words[1]
    set -l path
    for word in $words
        string match -q -- '-*' $word; or set -a path $word
    end
    test "$path[1..(count $argv)]" = "$argv"
end

complete -c stripebridge -f

complete -c stripebridge -n '__stripebridge_at' -a completion -d 'Print a script that lets your shell complete commands and options.'
complete -c stripebridge -n '__stripebridge_at' -s h -l help -d 'Show this help and exit.'
complete -c stripebridge -n '__stripebridge_at' -s v -l verbose -d 'Show where in the code a failure happened.'
complete -c stripebridge -n '__stripebridge_at' -l version -d 'Show the version and exit.'
complete -c stripebridge -n '__stripebridge_below completion' -s h -l help -d 'Show this help and exit.'
complete -c stripebridge -n '__stripebridge_below completion' -s v -l verbose -d 'Show where in the code a failure happened.'
complete -c stripebridge -n '__stripebridge_below completion' -a 'bash zsh fish'
